"""View of a story: what happened, in order, as a page shows it, with the waterfall of each invocation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ops.lab.app.event_story import EventStory, StoryInvocation
from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.spans import Span
from ops.lab.console.logs.log_line_view import ShownLine, shown_line

# A bar is drawn on a width of 100, and is never too thin to be seen.
_LEAST_WIDTH = 0.8
# Lambda's limits let an invocation have thousands of spans or lines; a page shows the first.
_MOST_SPANS = 200
_MOST_LINES = 200
_SUBMITTING = {FunctionName.INGEST, FunctionName.PUBLISH, FunctionName.VALIDATE}
# What the attributes of a state item mean (functions/idempotency/state_item.py).
_MEANINGS = {
    "status": "INFLIGHT, SUCCEEDED or FAILED",
    "attempts": "how often it was claimed",
    "checksum": "of the event: another event under this key is refused",
    "firstSeenAt": "when it was claimed first",
    "processedAt": "when the last attempt ended with a verdict",
    "eventEmittedAt": "when its outcome event was put",
    "leaseOwner": "the invocation that holds it, or held it when it died",
    "leaseExpiresAt": "until then no other attempt may claim it",
    "expiresAt": "after it the key is new again: time to live",
    "errorType": "why the last attempt failed",
    "errorCategory": "what kind of failure that is",
}
_EPOCH_ATTRIBUTES = {"leaseExpiresAt", "expiresAt"}


@dataclass(frozen=True)
class WaterfallRow:
    """One span; `x` and `width` are on a scale of 0 to 100, `offset` and `seconds` are in seconds."""

    name: str
    depth: int
    x: float
    width: float
    offset: float
    seconds: float
    failure: str


@dataclass(frozen=True)
class InvocationView:
    """One invocation; `after` is how many seconds after the first it began.

    `of_another_message` is whether it got another message than the receive before it: a redriven one has an
    id of its own.
    """

    function: str
    request_id: str
    trace_id: str
    start: float
    after: float
    seconds: float | None
    receive_count: int | None
    batch: int
    failed: bool
    of_another_message: bool
    rows: Sequence[WaterfallRow]
    lines: Sequence[ShownLine]
    left_out: int


@dataclass(frozen=True)
class OutcomeView:
    """One outcome event, as the bus delivered it; `kind` is its detail type."""

    kind: str
    start: float
    after: float
    failed: bool
    detail: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ItemAttribute:
    """One attribute of the state item."""

    name: str
    value: str
    meaning: str


def happened(story: EventStory) -> list[InvocationView | OutcomeView]:
    """Invocations and outcome events in the order of time."""
    starts = [each.start for each in story.invocations] + [_occurred(each) for each in story.outcomes]
    first = min(starts, default=0.0)
    found: list[InvocationView | OutcomeView] = []
    before = ""
    for each in story.invocations:
        message = _message_of(each)
        found.append(
            _invocation(each, first, of_another_message=bool(before and message) and message != before)
        )
        before = message or before
    found += [_outcome(each, first) for each in story.outcomes]
    return sorted(found, key=lambda each: each.start)


def attributes(item: Mapping[str, Any], now: float) -> list[ItemAttribute]:
    """The state item, with times that a person can read."""
    return [
        ItemAttribute(name, _value(name, value, now), _MEANINGS.get(name, ""))
        for name, value in item.items()
        if name != "idempotencyKey"
    ]


def is_submitted(story: EventStory) -> bool:
    """Whether the story has what took the event in."""
    return any(each.function in _SUBMITTING for each in story.invocations)


def waterfall(spans: Sequence[Span]) -> list[WaterfallRow]:
    """A row for each span below Lambda's own, on the time of the invocation."""
    if not spans:
        return []
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    total = max(end - start, 1e-6)
    return [_row(span, start, total) for span in spans[1 : _MOST_SPANS + 1]]


def _row(span: Span, start: float, total: float) -> WaterfallRow:
    width = min(100.0, max(_LEAST_WIDTH, span.seconds / total * 100))
    return WaterfallRow(
        f"{span.name} {span.operation}".rstrip(),
        min(span.depth, 6),
        round(min(100 - width, max(0.0, (span.start - start) / total * 100)), 2),
        round(width, 2),
        span.start - start,
        span.seconds,
        span.failure,
    )


def _message_of(invocation: StoryInvocation) -> str:
    """The id of the message that it received, where it logged it."""
    ids = (str((line.fields or {}).get("messageId", "")) for line in invocation.lines if _is_receive(line))
    return next((each for each in ids if each), "")


def _is_receive(line: FunctionLogLine) -> bool:
    return "receiveCount" in (line.fields or {})


def _invocation(invocation: StoryInvocation, first: float, *, of_another_message: bool) -> InvocationView:
    return InvocationView(
        invocation.function,
        invocation.request_id,
        invocation.trace_id or "",
        invocation.start,
        invocation.start - first,
        invocation.seconds,
        invocation.receive_count,
        invocation.batch,
        invocation.failed,
        of_another_message,
        waterfall(invocation.spans),
        [shown_line(line) for line in invocation.lines[:_MOST_LINES]],
        max(0, len(invocation.lines) - _MOST_LINES) + max(0, len(invocation.spans) - 1 - _MOST_SPANS),
    )


def _outcome(outcome: Mapping[str, Any], first: float) -> OutcomeView:
    at, kind = _occurred(outcome), str(outcome["detail-type"])
    detail = [(name, str(value)) for name, value in outcome["detail"].items()]
    return OutcomeView(kind, at, at - first, "errorType" in outcome["detail"], detail)


def _occurred(outcome: Mapping[str, Any]) -> float:
    """When it occurred: the envelope has whole seconds."""
    return datetime.fromisoformat(str(outcome["detail"].get("occurredAt") or outcome["time"])).timestamp()


def _value(name: str, value: object, now: float) -> str:
    if name not in _EPOCH_ATTRIBUTES:
        return str(value)
    try:
        at = float(str(value))
        text = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return str(value)
    return f"{text} ({'past' if at <= now else 'to come'})"
