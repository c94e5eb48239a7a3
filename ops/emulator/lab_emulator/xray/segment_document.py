"""Segment document as it was sent: what X-Ray asks of one, and its codes for what is wrong.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html. The codes are not documented;
they are those that users of PutTraceSegments were answered ("Invalid segment. ErrorCode: MissingName").
"""

import json
import math
from collections.abc import Iterator
from typing import Any

from lab_emulator.xray.trace_header import is_segment_id, is_trace_id

MAX_DOCUMENT_BYTES = 64 * 1024  # "The maximum size of a segment document is 64 kB" (same page)
MAX_NAME_LENGTH = 200
# The year 5138 in seconds, and 1973 in milliseconds: a time above it is meant in milliseconds.
LATEST_SECOND = 10**11
# Fields that are read of a segment and of its subsegments at every depth, with what the page has them to be.
_KINDS = {
    "annotations": dict,
    "aws": dict,
    "http": dict,
    "links": list,
    "namespace": str,
    "origin": str,
    "parent_id": str,
    "resource_arn": str,
    "subsegments": list,
    "type": str,
    "user": str,
}


class InvalidSegment(Exception):
    """A document that X-Ray does not take: its id, where it has one, and the code."""

    def __init__(self, code: str, segment_id: str | None = None) -> None:
        super().__init__(f"Invalid segment. ErrorCode: {code}")
        self.code = code
        self.segment_id = segment_id


def read_document(text: bytes | str) -> dict[str, Any]:
    """The document, once it is known to be one that traces can be made of. Raises InvalidSegment.

    A field that is null is one that was left out.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode())
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise InvalidSegment("ParseError") from None
    if not isinstance(document, dict):
        raise InvalidSegment("ParseError")
    identifier = document.get("id")
    told = identifier if isinstance(identifier, str) else None
    if size > MAX_DOCUMENT_BYTES:
        raise InvalidSegment("SegmentTooLarge", told)
    if code := _fault_in(document):
        raise InvalidSegment(code, told)
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")  # Python's parser would take NaN and Infinity


def _fault_in(document: dict[str, Any]) -> str | None:
    if code := _missing(document, ("id", "name", "trace_id", "start_time")):
        return code
    if not isinstance(document["trace_id"], str) or not is_trace_id(document["trace_id"]):
        return "InvalidTraceId"
    if document.get("end_time") is None and not document.get("in_progress"):
        return "MissingEndTime"
    if document.get("type") == "subsegment" and not document.get("parent_id"):
        return "MissingParentId"
    if code := next((code for part in _parts(document) if (code := _fault_in_part(part))), None):
        return code
    # Of subsegments it is not asked: a clock that is set back between the two must not cost their segment.
    return "InvalidEndTime" if document.get("end_time", math.inf) < document["start_time"] else None


def _parts(document: dict[str, Any]) -> Iterator[object]:
    """The segment and its subsegments, whatever they are; those of one follow once it was looked at."""
    waiting: list[object] = [document]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting += part.get("subsegments", ())


def _fault_in_part(part: object) -> str | None:
    """What is wrong with a segment, or with a subsegment in it, by itself."""
    if not isinstance(part, dict):
        return "InvalidSubsegments"
    for field in [name for name, value in part.items() if value is None]:
        del part[field]
    if code := _missing(part, ("id", "name", "start_time")):
        return code
    name = part["name"]
    if not isinstance(part["id"], str) or not is_segment_id(part["id"]):
        return "InvalidId"
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME_LENGTH:
        return "InvalidName"
    if not _is_time(part["start_time"]):
        return "InvalidStartTime"
    if "end_time" in part and not _is_time(part["end_time"]):
        return "InvalidEndTime"
    return next((_code(field) for field, kind in _KINDS.items() if not _is_of(part, field, kind)), None)


def _is_of(part: dict[str, Any], field: str, kind: type) -> bool:
    value = part.get(field)
    if value is None:
        return True
    if not isinstance(value, kind):
        return False
    if field == "http":
        return all(isinstance(value.get(side) or {}, dict) for side in ("request", "response"))
    if field == "links":
        return all(isinstance(each, dict) and _is_of(each, "attributes", dict) for each in value)
    return True


def _missing(part: dict[str, Any], fields: tuple[str, ...]) -> str | None:
    return next((f"Missing{_camel(field)}" for field in fields if part.get(field) is None), None)


def _code(field: str) -> str:
    return f"Invalid{_camel(field)}"


def _camel(field: str) -> str:
    return field.title().replace("_", "")


def _is_time(value: object) -> bool:
    """Whether it is a moment in seconds since the epoch."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST_SECOND
