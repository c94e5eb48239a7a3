"""An event that failed once and then succeeded, as AWS's APIs tell it: to commands that tell its story."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

BEGAN = 1_795_831_000.0
KEY = "order-1"
INGEST, WORKER = "IngestFunction", "WorkerFunction"
POST, FIRST, SECOND = (f"1-{int(BEGAN):08x}-{number:024x}" for number in (1, 2, 3))
LINK = "aws.xray.reserved.reference_type"


@dataclass(eq=False)
class ToldTarget:
    """What stands in for `Target`. `log` has the messages of each group with their times in seconds after
    BEGAN, `traces` the documents of each trace."""

    log: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    traces: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    item: dict[str, Any] = field(default_factory=dict)
    asked_patterns: list[str] = field(default_factory=list)
    asked_spans: list[tuple[int, int | None]] = field(default_factory=list)
    outputs: dict[str, str] = field(
        default_factory=lambda: {
            "IngestFunctionName": INGEST,
            "WorkerFunctionName": WORKER,
            "OutcomeLogGroupName": "outcomes",
            "TableName": "state",
        }
    )

    def __getattr__(self, service: str) -> Any:
        """A client that is asked nothing: a console makes those of every service."""
        if service.startswith("_"):
            raise AttributeError(service)
        return SimpleNamespace()

    def output(self, key: str) -> str:
        return self.outputs[key]

    def has_output(self, key: str) -> bool:
        return key in self.outputs

    @property
    def functions(self) -> Any:
        return SimpleNamespace(get_function_configuration=lambda FunctionName: {})

    @property
    def dynamodb(self) -> Any:
        return SimpleNamespace(get_item=lambda **_: {"Item": self.item} if self.item else {})

    @property
    def logs(self) -> Any:
        return SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=self._filtered))

    @property
    def xray(self) -> Any:
        return SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=self._traced))

    def _filtered(
        self,
        logGroupName: str,
        startTime: int,
        filterPattern: str,
        endTime: int | None = None,
    ) -> Iterator[Any]:
        self.asked_spans.append((startTime, endTime))
        self.asked_patterns.append(filterPattern)
        words = [json.loads(word) for word in re.findall(r'"(?:[^"\\]|\\.)*"', filterPattern)]
        events: Iterator[dict[str, Any]] = (
            {"timestamp": int((BEGAN + at) * 1000), "message": text}
            for at, text in self.log.get(logGroupName, [])
            if any(word in text for word in words)
        )
        end = endTime if endTime is not None else float("inf")
        yield {"events": [event for event in events if startTime <= event["timestamp"] <= end]}

    def _traced(self, TraceIds: list[str]) -> Iterator[Any]:
        assert 1 <= len(TraceIds) <= 5
        yield {
            "Traces": [
                {
                    "Id": trace_id,
                    "Segments": [{"Id": each["id"], "Document": json.dumps(each)} for each in documents],
                }
                for trace_id, documents in self.traces.items()
                if trace_id in TraceIds
            ]
        }


def line(message: str, request: str, trace: str | None, **fields: Any) -> str:
    """A line of Powertools' logger."""
    known = {"level": "INFO", "message": message, "function_request_id": request, "xray_trace_id": trace}
    return json.dumps({name: value for name, value in (known | fields).items() if value is not None})


def invocation(
    function: str, request: str, trace: str, at: float, *calls: dict[str, Any], **fields: Any
) -> list[dict[str, Any]]:
    """The two segments of an invocation of 100 ms; the function's has the calls below its Invocation."""
    times = {"start_time": BEGAN + at, "end_time": BEGAN + at + 0.1}
    phase = {"id": f"phase-{request}", "name": "Invocation", **times, "subsegments": list(calls)}
    service = {"id": f"service-{request}", "name": function, "trace_id": trace, "origin": "AWS::Lambda"}
    of_function = {"id": f"function-{request}", "name": function, "origin": "AWS::Lambda::Function"}
    return [
        service | times | {"aws": {"request_id": request}} | fields,
        of_function | times | {"parent_id": service["id"], "subsegments": [phase]},
    ]


def call(name: str, operation: str, at: float, **fields: Any) -> dict[str, Any]:
    """A subsegment of 10 ms for a call of a service."""
    times = {"start_time": BEGAN + at, "end_time": BEGAN + at + 0.01}
    about = {"operation": operation, "table_name": "state"}
    return {"id": f"{name}-{at}", "name": name, "namespace": "aws", "aws": about, **times} | fields


def receive(trace: str, count: int, consumer: str, at: float, **fields: Any) -> dict[str, Any]:
    """The segment of one attempt, in the trace of the sender."""
    links = [{"trace_id": consumer, "id": "x", "attributes": {LINK: "child"}}]
    aws = {"message_id": "m", "receive_count": count}
    return {
        "id": f"receive-{count}",
        "name": WORKER,
        "origin": "AWS::Lambda",
        "trace_id": trace,
        "start_time": BEGAN + at,
        "end_time": BEGAN + at + 0.1,
        "aws": aws,
        "links": links,
        **fields,
    }


def parents(*traces: str) -> list[dict[str, Any]]:
    return [{"trace_id": trace, "id": "x", "attributes": {LINK: "parent"}} for trace in traces]


def killed_then_processed() -> ToldTarget:
    """The first attempt is killed before it logs the key, the second comes in a batch with another event."""
    other = "order-2"
    send = call("sqs", "SendMessage", 0.01)
    put = call("dynamodb", "PutItem", 20.02, error=True)
    put["cause"] = {
        "exceptions": [
            {
                "type": "ConditionalCheckFailedException",
                "message": "An error occurred (ConditionalCheckFailedException) when calling the PutItem "
                "operation: no",
            }
        ]
    }
    success = {"detail-type": "IngestionSuccess", "time": "2026-11-28T01:57:01Z"}
    detail = {"idempotencyKey": KEY, "occurredAt": "2026-11-28T01:57:00.050Z"}
    return ToldTarget(
        log={
            f"/aws/lambda/{INGEST}": [
                (0.05, line("request answered", "r1", POST, idempotencyKey=KEY, status=202)),
                (0.1, "REPORT RequestId: r1\tDuration: 100.00 ms\t\nXRAY TraceId: " + POST),
            ],
            f"/aws/lambda/{WORKER}": [
                (5.0, "START RequestId: r2 Version: $LATEST"),
                (8.0, "2026-11-28T01:56:48.000Z r2 Task timed out after 3.00 seconds"),
                (8.1, "REPORT RequestId: r2\tDuration: 3000.00 ms\tStatus: timeout\t"),
                (
                    20.05,
                    line(
                        "record processed", "r3", SECOND, idempotencyKey=KEY, receiveCount=2, processed=True
                    ),
                ),
                (20.06, line("record failed", "r3", SECOND, idempotencyKey=other, errorType="Poison")),
                (20.1, line("batch done", "r3", SECOND)),
            ],
            "outcomes": [
                (20.1, json.dumps(success | {"detail": detail})),
                (20.1, json.dumps(success | {"detail": {"idempotencyKey": other, "about": KEY}})),
            ],
        },
        traces={
            POST: [
                *invocation(INGEST, "r1", POST, 0, send),
                {
                    "id": "q",
                    "name": "sqs",
                    "inferred": True,
                    "parent_id": send["id"],
                    "start_time": BEGAN,
                    "end_time": BEGAN,
                },
                receive(POST, 1, FIRST, 5.0, fault=True),
                receive(POST, 2, SECOND, 20.0),
            ],
            FIRST: invocation(WORKER, "r2", FIRST, 5.0, fault=True, links=parents(POST)),
            SECOND: invocation(WORKER, "r3", SECOND, 20.0, put, links=parents(POST, "1-other")),
        },
        item={
            "idempotencyKey": {"S": KEY},
            "status": {"S": "SUCCEEDED"},
            "processedAt": {"S": "2026-11-28T01:57:00.040Z"},
            "eventEmittedAt": {"S": detail["occurredAt"]},
        },
    )
