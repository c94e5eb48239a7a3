"""Story of an event: each invocation that worked on it, with its spans and its log lines; its state; its
outcomes.

By AWS's APIs alone. A trace ends where a batch begins: X-Ray links the two, and the log lines name both, the
key and the trace. So whichever is known leads to the other.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.ingestion.outcome_names import SUCCESS
from ops.lab.app.function_names import FunctionName, deployed_functions, event_functions
from ops.lab.app.log_search import find_lines, find_outcome_events
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.spans import Span, TraceDocuments, read_segments
from ops.lab.app.state_table import read_raw
from ops.lab.app.target import Target
from ops.lab.app.told_verdict import is_told

# Lambda's own lines, of which only those say something here that tell of a failure.
_ROUTINE = re.compile(r"(START|END) RequestId|REPORT RequestId(?!.*\tStatus: )")
# How many request ids one filter pattern looks for: it has 1024 characters at most (PutMetricFilter,
# FilterLogEvents).
_REQUESTS_PER_SEARCH = 20


@dataclass(frozen=True)
class StoryInvocation:
    """One invocation. `receive_count` and `failed` are known where X-Ray, or the log, told how a receive
    went; `batch` is how many traces the messages of its batch were of. `start` is in seconds since the epoch.
    """

    function: str
    request_id: str
    trace_id: str | None
    start: float
    spans: Sequence[Span]
    lines: Sequence[FunctionLogLine]
    receive_count: int | None
    batch: int
    failed: bool

    @property
    def seconds(self) -> float | None:
        """How long it took; None where it was not traced."""
        return self.spans[0].seconds if self.spans else None


@dataclass(frozen=True)
class EventStory:
    """What is known of one event, or of one trace. `untraced` are the traces that X-Ray does not have;
    `is_verdict_told` says whether log and bus tell of the item's verdict already."""

    keys: Sequence[str]
    item: dict[str, Any]
    invocations: Sequence[StoryInvocation]
    outcomes: Sequence[dict[str, Any]]
    untraced: Sequence[str]
    is_verdict_told: bool

    @property
    def is_empty(self) -> bool:
        return not (self.item or self.invocations or self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Whether X-Ray has each trace that the log names, with the segments of each invocation, and all know
        of the verdict."""
        traced = not self.untraced and all(each.spans for each in self.invocations)
        return traced and self.is_verdict_told and not self.is_empty


@dataclass
class _Evidence:
    """What was found so far, by request id: lines, functions, traces."""

    lines: dict[str, list[FunctionLogLine]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[str, FunctionName] = field(default_factory=dict)
    trace_ids: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    of_others: set[str] = field(default_factory=set)  # invocations of the same traces for other events

    @staticmethod
    def request_of(line: FunctionLogLine) -> str:
        return str((line.fields or {}).get("function_request_id") or _request_in(line.message))

    def add(self, line: FunctionLogLine) -> None:
        if _ROUTINE.match(line.message):
            return
        fields = line.fields or {}
        request_id = self.request_of(line)
        if line not in self.lines[request_id]:
            self.lines[request_id].append(line)
        self.functions.setdefault(request_id, line.function)
        for found, name in ((self.trace_ids, "xray_trace_id"), (self.keys, "idempotencyKey")):
            if (value := fields.get(name)) and value not in found:
                found.append(value)


def _is_of_one_event(trace: TraceDocuments, evidence: _Evidence) -> bool:
    """Whether all of a trace is the event's: not that of a batch with others, which the log led to."""
    return trace.trace_id not in evidence.trace_ids or len(set(trace.linked("parent"))) <= 1


def story_of_key(
    target: Target,
    key: str,
    since: float,
    until: float | None = None,
    *,
    item: dict[str, Any] | None = None,
) -> EventStory:
    """The story of an idempotency key, by what was logged between these times (epoch seconds), or to now.

    `item` is its state where it was read already; else it is read.
    """
    evidence = _Evidence()
    for line in find_lines(target, event_functions(target), [key], since, until):
        if (line.fields or {}).get("idempotencyKey") == key:
            evidence.add(line)
    return _told(target, evidence, [key], since, until, item)


def story_of_trace(target: Target, trace_id: str, since: float, until: float | None = None) -> EventStory:
    """The story of the one event of a trace; of a batch of several, what happened in the trace itself."""
    evidence = _Evidence()
    for line in find_lines(target, deployed_functions(target), [trace_id], since, until):
        evidence.add(line)
    if len(evidence.keys) == 1:
        return story_of_key(target, evidence.keys[0], since, until)
    if trace_id not in evidence.trace_ids:
        evidence.trace_ids.append(trace_id)
    return _told(target, evidence, evidence.keys, since, until)


def _told(
    target: Target,
    evidence: _Evidence,
    keys: Sequence[str],
    since: float,
    until: float | None,
    item: dict[str, Any] | None = None,
) -> EventStory:
    traces = _with_linked(target, evidence.trace_ids)
    names = {target.output(function.output): function for function in deployed_functions(target)}
    segments = {
        invocation["aws"]["request_id"]: (trace, invocation)
        for trace in traces.values()
        for invocation in trace.invocations
        if invocation["aws"]["request_id"] in evidence.functions or _is_of_one_event(trace, evidence)
    }
    for request_id, (_, invocation) in segments.items():
        if function := names.get(invocation["name"]):
            evidence.functions.setdefault(request_id, function)
    _add_the_rest(target, evidence, keys, since, until)
    receives = _receives(traces.values())
    linked = {each for each, (trace, _) in segments.items() if trace.trace_id not in evidence.trace_ids}
    requests = (set(evidence.functions) | set(segments)) - (evidence.of_others - linked)
    invocations = [_invocation(each, evidence, segments.get(each), receives) for each in requests]
    told = [each for each in invocations if each.lines or each.spans]
    [key] = keys if len(keys) == 1 else [""]
    state = (read_raw(target, key) if item is None else item) if key else {}
    outcomes = find_outcome_events(target, key, since, until) if key else []
    return EventStory(
        keys,
        state,
        sorted(told, key=lambda each: each.start),
        outcomes,
        [trace_id for trace_id in evidence.trace_ids if trace_id not in traces],
        is_told(
            state,
            since,
            until,
            [line for each in told for line in each.lines],
            [each["detail"].get("occurredAt", "") for each in outcomes if each["detail-type"] == SUCCESS],
        ),
    )


def _with_linked(target: Target, trace_ids: Sequence[str]) -> dict[str, TraceDocuments]:
    """The traces, and those that the messages which they sent were received in: one that was killed in the
    middle has logged no key."""
    traces = read_segments(target, trace_ids)
    linked = [each for trace in traces.values() for each in trace.linked("child") if each not in traces]
    return traces | (read_segments(target, linked) if linked else {})


def _add_the_rest(
    target: Target, evidence: _Evidence, keys: Sequence[str], since: float, until: float | None
) -> None:
    """Add what these invocations logged without naming the key; not what they logged of others."""
    by_function: dict[FunctionName, list[str]] = defaultdict(list)
    for request_id, function in evidence.functions.items():
        by_function[function].append(request_id)
    for function, requests in by_function.items():
        for at in range(0, len(requests), _REQUESTS_PER_SEARCH):
            for line in find_lines(
                target, [function], requests[at : at + _REQUESTS_PER_SEARCH], since, until
            ):
                named = (line.fields or {}).get("idempotencyKey")
                if named is None or not keys or named in keys:
                    evidence.add(line)
                elif not evidence.lines[request := evidence.request_of(line)]:
                    evidence.of_others.add(request)


def _receives(traces: Iterable[TraceDocuments]) -> dict[str, dict[str, Any]]:
    """How a receive went, by the trace of its invocation: as the sender's trace tells it, where it does."""
    return {
        trace_id: document
        for trace in traces
        for document in trace.documents
        if "receive_count" in document.get("aws", {})
        for trace_id in TraceDocuments(trace.trace_id, (document,)).linked("child")
    }


def _invocation(
    request_id: str,
    evidence: _Evidence,
    segment: tuple[TraceDocuments, dict[str, Any]] | None,
    receives: dict[str, dict[str, Any]],
) -> StoryInvocation:
    lines = sorted(evidence.lines.get(request_id, ()), key=lambda line: line.time_ms)
    fields = [line.fields for line in lines if line.fields]
    trace_id = segment[0].trace_id if segment else next((f.get("xray_trace_id") for f in fields), None)
    spans = segment[0].spans(segment[1]) if segment else []
    receive = receives.get(trace_id or "", {})
    counts = [receive.get("aws", {}).get("receive_count"), *(f.get("receiveCount") for f in fields)]
    function = evidence.functions.get(request_id)
    return StoryInvocation(
        function.value if function else str(segment[1]["name"]) if segment else "",
        request_id,
        trace_id,
        spans[0].start if spans else lines[0].time_ms / 1000 if lines else 0.0,
        spans,
        lines,
        next((count for count in counts if count is not None), None),
        len(set(segment[0].linked("parent"))) if segment else 0,
        failed=bool(receive.get("fault") or any("errorType" in f for f in fields) or _is_fault(spans)),
    )


def _is_fault(spans: Sequence[Span]) -> bool:
    return bool(spans and spans[0].failure)


def _request_in(text: str) -> str:
    """The request id of a line of Lambda's own; empty where it names none."""
    _, found, rest = text.partition("RequestId: ")
    if found:
        return rest.split()[0]
    words = text.split()  # "2026-01-01T00:00:00.000Z <request id> Task timed out after 3.00 seconds"
    return words[1] if len(words) > 1 and words[2:3] == ["Task"] else ""


def as_json(story: EventStory) -> str:
    """The story as `--json` prints it; times are seconds since the epoch."""
    document = {
        "keys": list(story.keys),
        "item": story.item,
        "invocations": [
            {
                "function": each.function,
                "requestId": each.request_id,
                "traceId": each.trace_id,
                "start": each.start,
                "seconds": each.seconds,
                "receiveCount": each.receive_count,
                "batch": each.batch,
                "failed": each.failed,
                "spans": [vars(span) for span in each.spans],
                "log": [line.fields or {"message": line.message} for line in each.lines],
            }
            for each in story.invocations
        ],
        "outcomes": list(story.outcomes),
        "untraced": list(story.untraced),
    }
    return json.dumps(document, indent=2, default=str)
