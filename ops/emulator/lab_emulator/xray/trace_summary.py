"""Summary of a trace, as GetTraceSummaries returns it and filter expressions read it.

X-Ray API reference, TraceSummary: errors and faults, HTTP and response time are those of the root segment.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lab_emulator.xray.trace import Document, Trace, entities


def service_id(segment: Document) -> dict[str, Any]:
    """The service that a segment is of, as every answer names it."""
    account = segment.get("aws", {}).get("account_id")
    name = str(segment["name"])
    kind = segment.get("origin") or ("remote" if segment.get("inferred") else None)
    known = {"AccountId": account, "Type": kind}
    return {"Name": name, "Names": [name]} | {key: value for key, value in known.items() if value}


def failures(segment: Document) -> dict[str, bool]:
    """Whether a segment has an error (4xx), a fault (5xx), and was throttled (429, which is an error too)."""
    status = http(segment).get("HttpStatus", 0)
    throttled = bool(segment.get("throttle")) or status == 429
    return {
        "error": throttled or bool(segment.get("error")) or 400 <= status < 500,
        "fault": bool(segment.get("fault")) or 500 <= status < 600,
        "throttle": throttled,
    }


def http(segment: Document) -> dict[str, Any]:
    told = segment.get("http") or {}
    request, response = told.get("request") or {}, told.get("response") or {}
    texts = {
        "HttpURL": request.get("url"),
        "HttpMethod": request.get("method"),
        "UserAgent": request.get("user_agent"),
        "ClientIp": request.get("client_ip"),
    }
    status = response.get("status")
    found: dict[str, Any] = {name: value for name, value in texts.items() if isinstance(value, str)}
    return found | ({"HttpStatus": int(status)} if str(status).isdecimal() else {})


def annotations(segment: Document) -> Iterator[tuple[str, str | float | bool]]:
    """Each annotation of a segment and of its subsegments: "string, number, or Boolean values"."""
    for entity in entities(segment):
        for key, value in (entity.get("annotations") or {}).items():
            if isinstance(value, str | int | float):
                yield key, value


def response_seconds(trace: Trace) -> float:
    """ "The length of time in seconds between the start and end times of the root segment"."""
    root = trace.root
    return round((root.get("end_time") or root["start_time"]) - root["start_time"], 3)


def is_partial(trace: Trace) -> bool:
    """ "One or more of the segment documents is in progress"."""
    return any(segment.get("in_progress") for segment in trace.segments)


def summarize(trace: Trace) -> dict[str, Any]:
    """The answer's entry. What X-Ray finds out about root causes is left out."""
    root, failed = trace.root, failures(trace.root)
    services = {(s["Name"], s.get("Type")): s for s in map(service_id, trace.segments)}
    arns = {segment["resource_arn"] for segment in trace.segments if segment.get("resource_arn")}
    return {
        "Id": trace.trace_id,
        "StartTime": datetime.fromtimestamp(trace.start, UTC),
        "Duration": trace.duration,
        "ResponseTime": response_seconds(trace),
        "HasFault": failed["fault"],
        "HasError": failed["error"],
        "HasThrottle": failed["throttle"],
        "IsPartial": is_partial(trace),
        "Http": http(root),
        "Annotations": _annotations(trace),
        "Users": _users(trace),
        "ServiceIds": list(services.values()),
        "ResourceARNs": [{"ARN": arn} for arn in sorted(arns)],
        "EntryPoint": service_id(root),
        "Revision": trace.received,
    }


def _annotations(trace: Trace) -> dict[str, list[dict[str, Any]]]:
    services: dict[str, dict[Any, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for segment in trace.segments:
        for key, value in annotations(segment):
            services[key][_annotation_value(value)].append(service_id(segment))
    return {
        key: [{"AnnotationValue": dict([value]), "ServiceIds": ids} for value, ids in values.items()]
        for key, values in services.items()
    }


def _annotation_value(value: str | float | bool) -> tuple[str, Any]:
    if isinstance(value, bool):
        return "BooleanValue", value
    return ("NumberValue", value) if isinstance(value, int | float) else ("StringValue", str(value))


def _users(trace: Trace) -> list[dict[str, Any]]:
    users: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for segment in trace.segments:
        if user := segment.get("user"):
            users[str(user)].append(service_id(segment))
    return [{"UserName": name, "ServiceIds": ids} for name, ids in users.items()]
