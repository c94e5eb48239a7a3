"""Operations of the X-Ray API that are emulated, over the store of traces."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler

from lab_emulator.xray.filter_conditions import FilterCondition, FilterScope, InvalidFilter
from lab_emulator.xray.filter_expression import parse_filter
from lab_emulator.xray.sampling import RequestSampler
from lab_emulator.xray.segment_document import InvalidSegment, read_document
from lab_emulator.xray.service_graph import ServiceGraph
from lab_emulator.xray.trace import Trace
from lab_emulator.xray.trace_header import began_at, is_trace_id
from lab_emulator.xray.trace_store import TraceStore
from lab_emulator.xray.trace_summary import summarize

Request = dict[str, Any]
Answer = dict[str, Any]

MAX_TRACES_A_CALL = 5  # BatchGetTraces: "Array Members: ... maximum of 5 items" (API reference)
SUMMARIES_A_PAGE = 100
# The rule that every account has. Reservoir and rate are what it says of AWS's; here they are the lab's.
DEFAULT_RULE = "Default"
SAMPLING_INTERVAL_SECONDS = 10


class Segments:
    """PutTraceSegments: an SDK outside of Lambda, or a daemon that a user runs, sends segments by it."""

    def __init__(self, store: TraceStore) -> None:
        self._store = store

    @handler("PutTraceSegments", expand=False)
    def put_trace_segments(self, _context: RequestContext, request: Request) -> Answer:
        unprocessed = []
        for text in request["TraceSegmentDocuments"]:
            try:
                self._store.put(read_document(text))
            except InvalidSegment as error:
                refusal = {"ErrorCode": error.code, "Message": str(error)}
                unprocessed.append(refusal | ({"Id": error.segment_id} if error.segment_id else {}))
        return {"UnprocessedTraceSegments": unprocessed}

    @handler("PutTelemetryRecords", expand=False)
    def put_telemetry_records(self, _context: RequestContext, _request: Request) -> Answer:
        """X-Ray shows them nowhere either: they are for AWS."""
        return {}


class Traces:
    """Traces as they are asked for."""

    def __init__(self, store: TraceStore) -> None:
        self._store = store

    @handler("BatchGetTraces", expand=False)
    def batch_get_traces(self, _context: RequestContext, request: Request) -> Answer:
        trace_ids = _trace_ids(request)
        found = {trace.trace_id: trace for trace in self._store.traces(trace_ids)}
        return {
            "Traces": [_trace(trace) for trace in found.values()],
            "UnprocessedTraceIds": [each for each in trace_ids if each not in found],
        }

    @handler("GetTraceSummaries", expand=False)
    def get_trace_summaries(self, _context: RequestContext, request: Request) -> Answer:
        condition = _filter(request.get("FilterExpression"))
        inside = _within(request, request.get("TimeRangeType") or "TraceId")
        traces = sorted(self._store.select(inside), key=lambda trace: trace.start, reverse=True)
        matching = [trace for trace in traces if condition is None or condition.holds(FilterScope(trace))]
        at = _page(request.get("NextToken"))
        answer: Answer = {
            "TraceSummaries": [summarize(trace) for trace in matching[at : at + SUMMARIES_A_PAGE]],
            "ApproximateTime": datetime.now(UTC),
            "TracesProcessedCount": len(traces),
        }
        if at + SUMMARIES_A_PAGE < len(matching):
            answer["NextToken"] = str(at + SUMMARIES_A_PAGE)
        return answer

    @handler("GetServiceGraph", expand=False)
    def get_service_graph(self, _context: RequestContext, request: Request) -> Answer:
        if request.get("GroupName") not in (None, DEFAULT_RULE) or request.get("GroupARN"):
            raise not_emulated("groups of traces")
        graph = ServiceGraph(self._store.select(_within(request, "Event")))
        times = {name: request[name] for name in ("StartTime", "EndTime")}
        return times | {"Services": graph.services(), "ContainsOldGroupVersions": False}

    @handler("GetTraceGraph", expand=False)
    def get_trace_graph(self, _context: RequestContext, request: Request) -> Answer:
        return {"Services": ServiceGraph(self._store.traces(_trace_ids(request, None))).services()}


class SamplingRules:
    """The one rule by which SDKs outside of Lambda sample: that of the lab."""

    def __init__(self, sampler: RequestSampler) -> None:
        self._sampler = sampler
        self._made = datetime.now(UTC)

    @handler("GetSamplingRules", expand=False)
    def get_sampling_rules(self, _context: RequestContext, _request: Request) -> Answer:
        anything = dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod"), "*")
        rule = {
            "RuleName": DEFAULT_RULE,
            "RuleARN": f"arn:aws:xray:us-east-1:000000000000:sampling-rule/{DEFAULT_RULE}",
            "Priority": 9999,
            "URLPath": "*",
            "FixedRate": self._sampler.rate.fixed_rate,
            "ReservoirSize": self._reservoir,
            "Version": 1,
            "Attributes": {},
            **anything,
        }
        times = {"CreatedAt": self._made, "ModifiedAt": self._made}
        return {"SamplingRuleRecords": [{"SamplingRule": rule, **times}]}

    @handler("GetSamplingTargets", expand=False)
    def get_sampling_targets(self, _context: RequestContext, request: Request) -> Answer:
        targets, unknown = [], []
        for name in {each["RuleName"] for each in request["SamplingStatisticsDocuments"]}:
            if name == DEFAULT_RULE:
                targets.append(self._target())
            else:
                refusal = {"ErrorCode": "InvalidRuleName", "Message": f"there is no rule {name}"}
                unknown.append({"RuleName": name} | refusal)
        return {
            "SamplingTargetDocuments": targets,
            "LastRuleModification": self._made,
            "UnprocessedStatistics": unknown,
        }

    def _target(self) -> dict[str, Any]:
        return {
            "RuleName": DEFAULT_RULE,
            "FixedRate": self._sampler.rate.fixed_rate,
            "ReservoirQuota": self._reservoir,
            "ReservoirQuotaTTL": datetime.fromtimestamp(
                datetime.now(UTC).timestamp() + 2 * SAMPLING_INTERVAL_SECONDS, UTC
            ),
            "Interval": SAMPLING_INTERVAL_SECONDS,
        }

    @property
    def _reservoir(self) -> int:
        """A whole number: with all sampled, the rate says it."""
        return int(min(self._sampler.rate.reservoir, 1))


def refuse(context: RequestContext, _request: Request) -> Answer:
    """Answer of the operations that are not emulated."""
    raise not_emulated(context.operation.name if context.operation else "this operation")


def not_emulated(what: str) -> CommonServiceException:
    return invalid_request(f"{what} is not emulated by the DLQ Reliability Lab; AWS supports it.")


def invalid_request(message: str) -> CommonServiceException:
    return CommonServiceException("InvalidRequestException", message, status_code=400)


def _trace_ids(request: Request, most: int | None = MAX_TRACES_A_CALL) -> list[str]:
    trace_ids = list(dict.fromkeys(request["TraceIds"]))  # one that is named twice is one trace
    if most is not None and len(trace_ids) > most:
        raise invalid_request(f"TraceIds has {len(trace_ids)} members; it can have {most}")
    if strange := [each for each in trace_ids if not is_trace_id(each)]:
        raise invalid_request(f"{strange[0]} is no trace id, which is 1-, 8 and 24 hexadecimal digits")
    return trace_ids


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        "Id": trace.trace_id,
        "Duration": trace.duration,
        "LimitExceeded": False,
        "Segments": [
            {"Id": each["id"], "Document": json.dumps(each, separators=(",", ":"))} for each in trace.segments
        ],
    }


def _filter(text: str | None) -> FilterCondition | None:
    if not text or not text.strip():
        return None
    try:
        return parse_filter(text)
    except InvalidFilter as error:
        raise invalid_request(f"Invalid filter expression: {error}") from error


def _within(request: Request, range_type: str) -> Callable[[str, float, float], bool]:
    """Which traces are in the time range: by their ids' time, or by what happened in it."""
    start, end = request["StartTime"].timestamp(), request["EndTime"].timestamp()
    if start > end:
        raise invalid_request("StartTime is later than EndTime")
    if range_type == "TraceId":
        return lambda trace_id, _start, _end: start <= began_at(trace_id) <= end
    if range_type == "Event":
        return lambda _id, began, ended: began <= end and ended >= start
    raise not_emulated(f"TimeRangeType {range_type}")


def _page(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise invalid_request("NextToken is none that an answer had")
    return int(token)
