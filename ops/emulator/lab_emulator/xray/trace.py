"""Trace: segments as X-Ray compiles them of the documents that it was sent.

"The segment can be compiled from documents uploaded with PutTraceSegments, or an inferred segment for a
downstream service, generated from a subsegment sent by the service that called it" (X-Ray API reference,
Segment).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lab_emulator.xray.batch_receives import REFERENCE_TYPE

Document = dict[str, Any]

# What X-Ray calls the services that it infers, by the names that the SDKs give their subsegments.
_ORIGINS = {
    "dynamodb": "AWS::DynamoDB::Table",
    "events": "AWS::Events",
    "lambda": "AWS::Lambda",
    "s3": "AWS::S3::Bucket",
    "sns": "AWS::SNS",
    "sqs": "AWS::SQS::Queue",
    "ssm": "AWS::SSM",
    "states": "AWS::StepFunctions",
}
_CALLS = (
    "aws",
    "remote",
)  # namespaces of subsegments for calls of other services (xray-api-segmentdocuments)
# Of a subsegment, what its inferred segment has as well (API guide, xray-api-gettingdata, "Retrieving full
# traces").
_INHERITED = ("name", "start_time", "end_time", "in_progress", "http", "aws", "error", "fault", "throttle")


@dataclass(frozen=True)
class Trace:
    """Segments of one trace, the earliest first; `received` counts the documents that they are made of."""

    trace_id: str
    segments: tuple[Document, ...]
    received: int

    @cached_property
    def start(self) -> float:
        return min(segment["start_time"] for segment in self.segments)

    @cached_property
    def end(self) -> float:
        """The end of the last activity that is known."""
        return max(segment.get("end_time") or segment["start_time"] for segment in self.segments)

    @property
    def duration(self) -> float:
        return round(self.end - self.start, 3)

    @cached_property
    def root(self) -> Document:
        """The segment that no other is the parent of: where there are several, the earliest."""
        known = {part["id"] for segment in self.segments for part in entities(segment)}
        roots = (segment for segment in self.segments if segment.get("parent_id") not in known)
        return next(roots, self.segments[0])


def entities(segment: Document) -> Iterator[Document]:
    """The segment and its subsegments, at every depth."""
    yield segment
    for subsegment in segment.get("subsegments", ()):
        yield from entities(subsegment)


def compile_trace(
    trace_id: str, documents: Iterable[Document], parent_links: Iterable[Document] = ()
) -> Trace:
    """Put each subsegment into its parent, infer the services that were called, and add the links.

    The documents become parts of the trace: they are changed.
    """
    received = list(documents)
    latest = {document["id"]: document for document in received}  # a finished one replaces its `in_progress`
    parts = list(latest.values())
    known = {entity["id"]: entity for part in parts for entity in entities(part)}
    below = _below_themselves(parts)
    segments = [part for part in parts if part["id"] in below or not _embed(part, known)]
    inferred = {segment["parent_id"]: segment for segment in _inferred(trace_id, segments)}
    for segment in segments:
        if is_receive(segment) and (queue := inferred.get(segment.get("parent_id"))):
            segment["parent_id"] = queue["id"]
    if links := list(parent_links):
        service = next((s for s in segments if s.get("origin") == "AWS::Lambda"), segments[0])
        service["links"] = [*service.get("links", ()), *links]
    ordered = sorted([*segments, *inferred.values()], key=lambda segment: segment["start_time"])
    return Trace(trace_id, tuple(ordered), len(received))


def _below_themselves(parts: list[Document]) -> set[str]:
    """Ids of the subsegments whose parents lead back to themselves: to embed them would lose them all."""
    sent_alone = [part for part in parts if part.get("type") == "subsegment"]
    owners = {entity["id"]: part for part in parts for entity in entities(part)} if sent_alone else {}
    found = set()
    for part in sent_alone:
        passed: set[str] = set()
        at: Document | None = part
        while at is not None and at.get("type") == "subsegment" and at["id"] not in passed:
            passed.add(at["id"])
            at = owners.get(at.get("parent_id", ""))
            if at is part:
                found.add(part["id"])
    return found


def _embed(part: Document, known: dict[str, Document]) -> bool:
    """Whether `part` is a subsegment that was sent by itself, and is in its parent now."""
    parent = known.get(part.get("parent_id", ""))
    if part.get("type") != "subsegment" or parent is None:
        return False
    parent.setdefault("subsegments", []).append(part)
    for name in ("type", "trace_id", "parent_id"):
        part.pop(name, None)
    return True


def _inferred(trace_id: str, segments: list[Document]) -> Iterator[Document]:
    """A segment for each called service that has sent none itself: a receive is not the queue's."""
    answered = {segment.get("parent_id") for segment in segments if not is_receive(segment)}
    calls = (
        entity for segment in segments for entity in entities(segment) if entity.get("namespace") in _CALLS
    )
    for call in calls:
        if call["id"] in answered:
            continue
        segment = {name: call[name] for name in _INHERITED if name in call}
        segment["id"] = hashlib.sha256(call["id"].encode()).hexdigest()[:16]
        segment |= {"trace_id": trace_id, "parent_id": call["id"], "inferred": True}
        if call["namespace"] == "aws":
            name = str(call["name"])
            segment["origin"] = _ORIGINS.get(name.lower(), f"AWS::{name}")
        yield segment


def is_receive(segment: Document) -> bool:
    """Whether the segment stands for a message that a function received, in the trace of its sender."""
    kinds = ((link.get("attributes") or {}).get(REFERENCE_TYPE) for link in segment.get("links", ()))
    return "child" in kinds
