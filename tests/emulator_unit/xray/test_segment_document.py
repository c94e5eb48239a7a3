"""What X-Ray takes for a segment, and its code for what it does not."""

import json
from typing import Any

import pytest

from lab_emulator.xray.segment_document import MAX_DOCUMENT_BYTES, InvalidSegment, read_document
from tests.emulator_unit.xray.segments import BEGAN, segment, segment_id, sent, subsegment


@pytest.mark.parametrize(
    "document",
    [
        segment(),
        subsegment(2, 1),
        {name: value for name, value in segment(in_progress=True).items() if name != "end_time"},
        segment(subsegments=[segment(2, end_time=BEGAN - 1)]),
        segment(annotations={"key": 1}, metadata={"any": {"thing": []}}, unknown="field"),
    ],
)
def test_a_document_is_read_as_it_is(document: dict[str, Any]) -> None:
    assert read_document(sent(document)) == document
    assert read_document(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": None}, "MissingId"),
        ({"name": None}, "MissingName"),
        ({"trace_id": None}, "MissingTraceId"),
        ({"start_time": None}, "MissingStartTime"),
        ({"end_time": None}, "MissingEndTime"),
        ({"id": "xyz"}, "InvalidId"),
        ({"id": "0" * 17}, "InvalidId"),
        ({"trace_id": "1-1-1"}, "InvalidTraceId"),
        ({"name": ""}, "InvalidName"),
        ({"name": "n" * 201}, "InvalidName"),
        ({"start_time": "now"}, "InvalidStartTime"),
        ({"end_time": True}, "InvalidEndTime"),
        ({"end_time": BEGAN - 1}, "InvalidEndTime"),
        ({"type": "subsegment"}, "MissingParentId"),
        ({"metadata": "x" * MAX_DOCUMENT_BYTES}, "SegmentTooLarge"),
        ({"start_time": BEGAN * 1000, "end_time": BEGAN * 1000}, "InvalidStartTime"),
        ({"id": 1_000_000_000_000_000}, "InvalidId"),
        ({"subsegments": {"id": segment_id(2)}}, "InvalidSubsegments"),
        ({"subsegments": ["text"]}, "InvalidSubsegments"),
        ({"subsegments": [{"name": "x", "start_time": BEGAN}]}, "MissingId"),
        ({"subsegments": [{"id": segment_id(2), "name": "x"}]}, "MissingStartTime"),
        ({"subsegments": [segment(2, subsegments=[segment(3, aws=["x"])])]}, "InvalidAws"),
        ({"http": {"response": [200]}}, "InvalidHttp"),
        ({"annotations": ["x"]}, "InvalidAnnotations"),
        ({"links": ["x"]}, "InvalidLinks"),
        ({"links": [{"attributes": "x"}]}, "InvalidLinks"),
        ({"resource_arn": ["x"]}, "InvalidResourceArn"),
        ({"parent_id": ["x"]}, "InvalidParentId"),
    ],
)
def test_a_document_that_lacks_something_is_refused_by_code(change: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidSegment) as refused:
        read_document(sent(segment() | change))
    assert (refused.value.code, str(refused.value)) == (code, f"Invalid segment. ErrorCode: {code}")
    told = (segment() | change)["id"]
    assert refused.value.segment_id == (told if isinstance(told, str) else None)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"1", b"\xff", "null", b"[" * 60_000, b'{"id": NaN}'])
def test_what_is_no_object_is_refused_without_an_id(text: bytes | str) -> None:
    with pytest.raises(InvalidSegment, match="ParseError") as refused:
        read_document(text)
    assert refused.value.segment_id is None


def test_the_largest_document_is_taken() -> None:
    document = segment(metadata="")
    document["metadata"] = "x" * (MAX_DOCUMENT_BYTES - len(sent(document)))
    assert read_document(sent(document))["id"] == segment_id(1)


def test_a_field_that_is_null_is_left_out() -> None:
    document = segment(aws=None, subsegments=[segment(2, http=None, annotations=None)])
    assert read_document(sent(document)) == segment(subsegments=[segment(2)])
