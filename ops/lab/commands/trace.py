"""`lab trace`: what became of one event, invocation by invocation: spans, log lines, state, outcomes."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from ops.lab.app.event_story import EventStory, StoryInvocation, as_json, story_of_key, story_of_trace
from ops.lab.app.spans import TRACE_ID, Span
from ops.lab.app.target import Target
from ops.lab.app.time_span import seconds
from ops.lab.commands.logs import pretty
from ops.lab.errors import Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, checked_key, choose
from ops.lab.terminal import out
from ops.lab.waiting import eventually_or_last

_BAR_CELLS = 24
_NAME_CELLS = 34
# X-Ray shows a trace some seconds after it ended, and a log line or an outcome event comes late too.
_EVERY_SECONDS = 1.0
SAMPLED = "On AWS Lambda samples the first request of each second and 5 % of the others"


def trace(
    subject: Annotated[str, typer.Argument(metavar="KEY|TRACE_ID", help="An idempotency key, or a trace.")],
    since: Annotated[str, typer.Option(help="How far back logs are read: 90s, 5m, 2h, 1d.")] = "1h",
    wait: Annotated[
        float,
        typer.Option(min=0, max=300, help="Seconds to wait for what X-Ray and logs show late."),
    ] = 10.0,
    as_document: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Tell one event's story: each attempt as a waterfall with its log lines, its state, its outcomes."""
    if not TRACE_ID.fullmatch(subject):
        checked_key(subject)
    chosen = choose(target, env)
    story = _story(chosen, subject, time.time() - seconds(since), wait)
    if story.is_empty:
        raise Refused(
            f"nothing is known of {subject} in the last {since}",
            hint=f"look further back: lab trace {subject} --since 1d; or find a key: lab keys list",
        )
    if as_document:
        print(as_json(story))
        return
    for part in lines_of(story):
        out().print(part, soft_wrap=True)


def _story(target: Target, subject: str, since: float, wait_seconds: float) -> EventStory:
    """The story once it is complete, or as it is when the time has passed."""
    tell = story_of_trace if TRACE_ID.fullmatch(subject) else story_of_key
    return eventually_or_last(
        lambda: tell(target, subject, since),
        within=wait_seconds,
        until=lambda story: story.is_complete,
        every=_EVERY_SECONDS,
    )


def lines_of(story: EventStory) -> list[Text]:
    """What the terminal shows, line by line."""
    shown: list[Text] = []
    if len(story.keys) > 1:
        shown.append(
            Text(f"a batch of {len(story.keys)} events; one alone: lab trace {story.keys[0]}", "dim")
        )
    first = story.invocations[0].start if story.invocations else 0.0
    happened = [(each.start, _invocation(each, first)) for each in story.invocations]
    happened += [(_time_of(each), _outcome(each, first)) for each in story.outcomes]
    for _, lines in sorted(happened, key=lambda each: each[0]):
        shown += lines
    if story.untraced:
        missing = ", ".join(story.untraced)
        shown.append(Text(f"not traced, or not kept by X-Ray: {missing}. {SAMPLED}", "yellow"))
    shown += [Text.assemble((f"{name:<16}", "bold"), f" {value}") for name, value in story.item.items()]
    return shown


def _invocation(invocation: StoryInvocation, first: float) -> list[Text]:
    took = "" if invocation.seconds is None else f"  {_duration(invocation.seconds)}"
    receive = "" if invocation.receive_count is None else f"  receive {invocation.receive_count}"
    batch = f", in a batch of {invocation.batch}" if invocation.batch > 1 else ""
    clock = f"{datetime.fromtimestamp(invocation.start, UTC):%H:%M:%S}"
    head = Text.assemble(
        (f"{clock} +{invocation.start - first:.2f} s ", "dim"),
        (invocation.function, "bold cyan"),
        f"{receive}{batch}{took}",
        ("  ✗ failed", "bold red") if invocation.failed else ("  ✓", "green"),
        (f"  {invocation.trace_id or 'not traced'}", "dim"),
    )
    lines = [Text("  ").append(pretty(line)) for line in invocation.lines]
    return [head, *_waterfall(invocation.spans), *lines]


def _waterfall(spans: Sequence[Span]) -> list[Text]:
    if not spans:
        return []
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return [_row(span, start, max(end - start, 1e-6)) for span in spans[1:]]


def _row(span: Span, start: float, total_seconds: float) -> Text:
    before = min(_BAR_CELLS - 1, int((span.start - start) / total_seconds * _BAR_CELLS))
    length = max(1, min(_BAR_CELLS - before, round(span.seconds / total_seconds * _BAR_CELLS)))
    bar = " " * before + "█" * length + " " * (_BAR_CELLS - before - length)
    name = f"{'  ' * span.depth}{span.name} {span.operation}".rstrip()
    style = "red" if span.failure else "blue"
    return Text.assemble(
        f"  {name:<{_NAME_CELLS}} ",
        ("│", "dim"),
        (bar, style),
        ("│", "dim"),
        f" {_duration(span.seconds):>8}",
        (f"  {span.failure}" if span.failure else "", "red"),
    )


def _outcome(outcome: dict[str, Any], first: float) -> list[Text]:
    at = _time_of(outcome)
    line = Text.assemble(
        (f"{datetime.fromtimestamp(at, UTC):%H:%M:%S} +{at - first:.2f} s ", "dim"),
        ("outcome event", "bold cyan"),
        f"  {outcome['detail-type']}",
    )
    for name, value in outcome["detail"].items():
        line.append(f" {name}=", "dim").append(str(value))
    return [line]


def _time_of(outcome: dict[str, Any]) -> float:
    """When it occurred: the envelope has whole seconds."""
    occurred = outcome["detail"].get("occurredAt") or outcome["time"]
    return datetime.fromisoformat(str(occurred)).timestamp()


def _duration(span_seconds: float) -> str:
    return f"{span_seconds * 1000:.1f} ms" if span_seconds < 1 else f"{span_seconds:.2f} s"
