"""Segments that Lambda itself makes of an invocation: one of the service, one of the function.

"Lambda records two segments": AWS::Lambda, and AWS::Lambda::Function with the subsegments Initialization (of
a cold start), Invocation and Overhead (Lambda developer guide, services-xray). Their form is that of
documents which X-Ray returned for real functions; that a failed one is a fault in both is not documented.
"""

import json
from dataclasses import dataclass
from typing import Any

from lab_emulator.xray.trace_header import TraceContext, new_segment_id


@dataclass(frozen=True)
class TracedInvocation:
    """One invocation that is sampled. Times are seconds since the epoch; `error` is the document that a
    failed one answers with, and `initialised` when the execution environment began and ended its start, if it
    did."""

    function_arn: str
    request_id: str
    trace_id: str
    caller_id: str | None
    invocation_id: str
    began: float
    ended: float
    closed: float
    initialised: tuple[float, float] | None
    error: bytes | None

    def documents(self) -> list[dict[str, Any]]:
        service_id, name = new_segment_id(), self.function_arn.split(":")[6]
        received = min(self.began, self.initialised[0]) if self.initialised else self.began
        failure: dict[str, Any] = {} if self.error is None else {"fault": True}
        service = {
            "id": service_id,
            "name": name,
            "start_time": received,
            "end_time": self.closed,
            "trace_id": self.trace_id,
            "http": {"response": {"status": 200}},
            "aws": {"request_id": self.request_id},
            "origin": "AWS::Lambda",
            "resource_arn": self.function_arn,
            **({"parent_id": self.caller_id} if self.caller_id else {}),
            **failure,
        }
        function = {
            "id": new_segment_id(),
            "name": name,
            "start_time": self.began,
            "end_time": self.closed,
            "trace_id": self.trace_id,
            "parent_id": service_id,
            "aws": {
                "account_id": self.function_arn.split(":")[4],
                "function_arn": self.function_arn,
                "resource_names": [name],
            },
            "origin": "AWS::Lambda::Function",
            **failure,
            **({"cause": _cause(self.error)} if self.error is not None else {}),
            "subsegments": self._phases(failure),
        }
        return [service, function]

    def _phases(self, failure: dict[str, Any]) -> list[dict[str, Any]]:
        def phase(identifier: str, name: str, began: float, ended: float) -> dict[str, Any]:
            arn = {"function_arn": self.function_arn}
            return {"id": identifier, "name": name, "start_time": began, "end_time": ended, "aws": arn}

        phases = [
            phase(self.invocation_id, "Invocation", self.began, self.ended) | failure,
            phase(new_segment_id(), "Overhead", self.ended, self.closed),
        ]
        if self.initialised:
            phases.insert(0, phase(new_segment_id(), "Initialization", *self.initialised))
        return phases


def context_for_function(given: TraceContext, invocation_id: str, sampled: bool) -> TraceContext:
    """What the function finds in `_X_AMZN_TRACE_ID`: its subsegments belong to the Invocation."""
    return TraceContext(given.root, invocation_id, sampled, given.lineage)


def _cause(error: bytes) -> dict[str, Any]:
    """The `cause` of a segment (xray-api-segmentdocuments, "Error and exceptions"), of Lambda's error
    document."""
    try:
        told = json.loads(error)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    exception = {
        "id": new_segment_id(),
        "type": str(told.get("errorType", "Runtime.Unknown")),
        "message": str(told.get("errorMessage", "")),
    }
    return {"exceptions": [exception]}
