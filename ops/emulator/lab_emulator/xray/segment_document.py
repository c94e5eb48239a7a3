"""Segment document as it was sent: what X-Ray asks of one, and its codes for what is wrong.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html. The codes are not documented;
they are those that users of PutTraceSegments were answered ("Invalid segment. ErrorCode: MissingName").
"""

import json
from collections.abc import Mapping
from typing import Any

from lab_emulator.xray.trace_header import is_segment_id, is_trace_id

MAX_DOCUMENT_BYTES = 64 * 1024  # "The maximum size of a segment document is 64 kB" (same page)
MAX_NAME_LENGTH = 200


class InvalidSegment(Exception):
    """A document that X-Ray does not take: its id, where it has one, and the code."""

    def __init__(self, code: str, segment_id: str | None = None) -> None:
        super().__init__(f"Invalid segment. ErrorCode: {code}")
        self.code = code
        self.segment_id = segment_id


def read_document(text: bytes | str) -> dict[str, Any]:
    """The document, once it is known to be one. Raises InvalidSegment."""
    size = len(text) if isinstance(text, bytes) else len(text.encode())
    try:
        document = json.loads(text)
    except ValueError:
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


def _fault_in(document: Mapping[str, Any]) -> str | None:
    for field, code in (("id", "Id"), ("name", "Name"), ("trace_id", "TraceId"), ("start_time", "StartTime")):
        if document.get(field) is None:
            return f"Missing{code}"
    name, start, end = document["name"], document["start_time"], document.get("end_time")
    if not is_segment_id(str(document["id"])):
        return "InvalidId"
    if not is_trace_id(str(document["trace_id"])):
        return "InvalidTraceId"
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME_LENGTH:
        return "InvalidName"
    if not _is_number(start):
        return "InvalidStartTime"
    if end is None and not document.get("in_progress"):
        return "MissingEndTime"
    if end is not None and (not _is_number(end) or end < start):
        return "InvalidEndTime"
    if document.get("type") == "subsegment" and not document.get("parent_id"):
        return "MissingParentId"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
