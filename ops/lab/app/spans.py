"""Spans: segments and subsegments of X-Ray's traces, in the order in which a waterfall shows them."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ops.lab.app.target import Target

TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
# BatchGetTraces takes at most five ids (X-Ray API reference).
_IDS_PER_CALL = 5
# What botocore puts before the message of every error; the span says it already.
_SDKS_WORDS = re.compile(r"^An error occurred \(\w+\) when calling the \w+ operation(?: \([^)]*\))?: ")
_LINK_TYPE = "aws.xray.reserved.reference_type"

Document = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """One segment or subsegment. `start` is in seconds since the epoch, `depth` 0 for Lambda's own segment;
    `operation` and `resource` are those of a call; `failure` says why it failed, and is empty where it did
    not."""

    name: str
    depth: int
    start: float
    seconds: float
    operation: str
    resource: str
    failure: str

    @property
    def end(self) -> float:
        return self.start + self.seconds


@dataclass(frozen=True)
class TraceDocuments:
    """Documents of one trace, as X-Ray tells them."""

    trace_id: str
    documents: tuple[Document, ...]

    @property
    def invocations(self) -> list[Document]:
        """Lambda's own segments: one for each invocation."""
        return [
            document
            for document in self.documents
            if document.get("origin") == "AWS::Lambda" and "request_id" in document.get("aws", {})
        ]

    def linked(self, kind: str) -> list[str]:
        """Ids of the traces that are linked as "parent" or as "child"."""
        links = (link for document in self.documents for link in document.get("links", ()))
        return [link["trace_id"] for link in links if link.get("attributes", {}).get(_LINK_TYPE) == kind]

    def spans(self, invocation: Document) -> list[Span]:
        """The spans of one invocation. What X-Ray inferred of a call is the call once more, and left out."""
        children: dict[str, list[Document]] = {}
        for document in self.documents:
            if not document.get("inferred") and "receive_count" not in document.get("aws", {}):
                children.setdefault(document.get("parent_id", ""), []).append(document)
        return list(_walk(invocation, 0, children))


def read_segments(target: Target, trace_ids: Iterable[str]) -> dict[str, TraceDocuments]:
    """Those of the traces that X-Ray has, by id."""
    wanted, found = list(dict.fromkeys(trace_ids)), {}
    for at in range(0, len(wanted), _IDS_PER_CALL):
        pages = target.xray.get_paginator("batch_get_traces")
        for page in pages.paginate(TraceIds=wanted[at : at + _IDS_PER_CALL]):
            for trace in page["Traces"]:
                documents = (json.loads(segment["Document"]) for segment in trace.get("Segments", ()))
                found[trace["Id"]] = TraceDocuments(trace["Id"], tuple(documents))
    return found


def _walk(document: Document, depth: int, children: dict[str, list[Document]]) -> Iterator[Span]:
    parts = [*document.get("subsegments", ()), *children.get(document["id"], ())]
    if document.get("origin") == "AWS::Lambda::Function":
        depth -= 1  # the function's segment tells what the service's and the Invocation tell
    else:
        yield _span(document, depth)
    for part in sorted(parts, key=lambda each: each["start_time"]):
        yield from _walk(part, depth + 1, children)


def _span(document: Document, depth: int) -> Span:
    start = float(document["start_time"])
    end = float(document.get("end_time") or start)
    aws = document.get("aws", {})
    about = next((aws[name] for name in ("table_name", "queue_url", "topic_arn") if name in aws), "")
    return Span(
        document["name"],
        depth,
        start,
        end - start,
        aws.get("operation", ""),
        str(about).rpartition("/")[2],
        _failure(document),
    )


def _failure(document: Document) -> str:
    kind = next((name for name in ("fault", "throttle", "error") if document.get(name)), "")
    cause = document.get("cause")
    exceptions = cause.get("exceptions", []) if isinstance(cause, dict) else []
    if kind and exceptions:
        told = exceptions[0]
        message = _SDKS_WORDS.sub("", told.get("message") or "")
        return ": ".join(part for part in (told.get("type", ""), message) if part)
    return kind
