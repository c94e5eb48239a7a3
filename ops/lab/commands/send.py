"""`lab send`: events through the API; with --wait, what became of each."""

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from ops.lab.app import queue_depth
from ops.lab.app.api import ApiAnswer
from ops.lab.app.target import Target
from ops.lab.app.traffic import Sent, check_run_name, new_run_name, send_events
from ops.lab.app.traffic_outcome import TrafficOutcome, UnsettledTraffic, wait_for_outcome
from ops.lab.errors import CommandError, Interrupted, NotUp
from ops.lab.options import (
    EnvOption,
    ForceOption,
    JsonOption,
    TargetName,
    TargetOption,
    choose,
    refuse_beside_others,
)
from ops.lab.progress import CountProgress
from ops.lab.terminal import escape, out

_LEAST_TIMEOUT_SECONDS = 120.0

CountOption = Annotated[int, typer.Option("--count", "-n", min=1, max=100_000, help="How many events.")]
WaitOption = Annotated[
    bool, typer.Option("--wait", help="Wait until the worker is done with every one of them.")
]
RunOption = Annotated[
    str | None, typer.Option("--run", help="Name the run. The same name sends the same keys again.")
]
ConcurrencyOption = Annotated[
    int, typer.Option("--concurrency", min=1, max=64, help="Connections at a time.")
]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", min=1, help="With --wait: seconds at most; 120, or half a second an event."),
]


def send(
    count: CountOption = 1,
    wait: WaitOption = False,
    run: RunOption = None,
    concurrency: ConcurrencyOption = 8,
    timeout: TimeoutOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Post events through the API; with --wait, account for every one of them.

    Ends with 0 only if every event was accepted, and with --wait, if each succeeded or was a duplicate
    that changed nothing. Stops at the first event that gets no answer, and ends with 4.

    Beside a drill it is refused without --force: a drill counts its own keys, but all messages of the queues.
    """
    if run is not None:
        check_run_name(run, count)
    if not force:
        refuse_beside_others(target, env, unless="--force")
    chosen, name = choose(target, env), run or new_run_name()
    with _told_if_interrupted(name, count) as tally, _progress(count, quiet=as_json) as bars:
        on_answer = tally.counting(bars.answered)
        sent = send_events(chosen, count, run=name, concurrency=concurrency, on_answer=on_answer)
        within = timeout or max(_LEAST_TIMEOUT_SECONDS, count / 2)
        waits = wait and not sent.unanswered
        outcome, unsettled = _outcome(chosen, sent, within, bars) if waits else (None, None)
    report = _report(name, sent, outcome)
    print(json.dumps(report, indent=2)) if as_json else _show(out(), chosen, report, sent)
    if sent.unanswered:
        raise _gone(name, sent)
    if unsettled is not None:
        raise unsettled
    if sent.first_problem is not None or (outcome is not None and not outcome.good):
        raise CommandError(_complaint(sent, outcome), hint=_where_to_look(sent))


class _Tally:
    """The answers so far, by status: list.append is atomic, and the threads that send share it."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def counting(self, then: Callable[[ApiAnswer], None]) -> Callable[[ApiAnswer], None]:
        def count(answer: ApiAnswer) -> None:
            self.statuses.append(answer.status)
            then(answer)

        return count


@contextmanager
def _told_if_interrupted(run: str, count: int) -> Iterator[_Tally]:
    """Ctrl-C ends the sending, and says how far it came."""
    tally = _Tally()
    try:
        yield tally
    except KeyboardInterrupt:
        accepted = tally.statuses.count(202)
        answered = len(tally.statuses) - tally.statuses.count(0)  # 0: no answer came
        again = f"{_same_again(run, count)} --wait"
        raise Interrupted(
            f"interrupted: {accepted} of {count} events were accepted, {answered - accepted} were not,"
            f" {count - answered} were not sent or got no answer yet",
            hint=f"send all of them under the same keys, and account for each: {again}",
        ) from None


class _Bars:
    """Two bars: what the API answered, and what the worker settled."""

    def __init__(self, progress: CountProgress, count: int) -> None:
        self._progress = progress
        self._count = count
        self._posted = progress.add_task("posted", total=count)
        self._settled = progress.add_task("settled", total=count, visible=False)

    def answered(self, answer: ApiAnswer) -> None:
        if answer.came:
            self._progress.advance(self._posted)

    def settled(self, outcome: TrafficOutcome) -> None:
        done = self._count - outcome.pending
        self._progress.update(self._settled, completed=done, visible=True)


@contextmanager
def _progress(count: int, *, quiet: bool) -> Iterator[_Bars]:
    columns = (TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with CountProgress(*columns, quiet=quiet) as progress:
        yield _Bars(progress, count)


def _outcome(
    target: Target, sent: Sent, within: float, bars: _Bars
) -> tuple[TrafficOutcome, UnsettledTraffic | None]:
    try:
        return wait_for_outcome(target, sent, within=within, on_progress=bars.settled), None
    except UnsettledTraffic as unsettled:
        return unsettled.outcome, unsettled


def _report(run: str, sent: Sent, outcome: TrafficOutcome | None) -> dict[str, Any]:
    report: dict[str, Any] = {"run": run, "statuses": sent.statuses}
    if outcome is None:
        return report | {
            "sent": len(sent.events),
            "accepted": len(sent.accepted_keys),
            "unanswered": len(sent.unanswered),
            "not_sent": sent.unsent,
            "seconds": sent.seconds,
        }
    rate = round(outcome.sent / outcome.seconds, 1)
    return report | asdict(outcome) | {"events_per_second": rate, "seconds_to_accept": sent.seconds}


def _show(console: Console, target: Target, report: dict[str, Any], sent: Sent) -> None:
    statuses = ", ".join(f"{count} x {status}" for status, count in report["statuses"].items())
    console.print(f"[bold]{report['sent']} sent[/] in run [cyan]{escape(report['run'])}[/] ({statuses})")
    for name, colour in (
        ("succeeded", "green"),
        ("duplicates", "blue"),
        ("failed", "red"),
        ("pending", "yellow"),
        ("unanswered", "yellow"),
        ("not_sent", "red"),
    ):
        if report.get(name):
            console.print(f"  [{colour}]{report[name]:>6} {name.replace('_', ' ')}[/]")
    if sent.first_problem is not None:
        console.print(f"  the first that was refused: {escape(sent.first_problem)}")
    if report.get("failed"):
        console.print(f"  the DLQ holds {queue_depth.dead_letter_queue(target).total} messages")
    rate = f", {report['events_per_second']} events/s" if "events_per_second" in report else ""
    again = escape(_same_again(report["run"], sent.planned))
    console.print(f"  [dim]{report['seconds']:.1f} s{rate}; the same keys again: {again}[/]", soft_wrap=True)


def _same_again(run: str, count: int) -> str:
    return f"lab send -n {count} --run {shlex.quote(run)}"


def _where_to_look(sent: Sent) -> str:
    if not sent.accepted_keys:  # none came as far as the queue
        return "nothing was queued; where ingest refused it, its log says why: lab logs ingest"
    return "lab logs ingest, lab logs worker; lab status shows the DLQ"


def _gone(run: str, sent: Sent) -> NotUp:
    unknown = len(sent.unanswered)
    return NotUp(
        f"the API stopped answering: {len(sent.accepted_keys)} of {sent.planned} events were accepted,"
        f" {unknown} got no answer and may have been, {sent.unsent} were not sent",
        hint=f"see what is up: lab status\nthen send all of them again under the same keys, and account for"
        f" each: {_same_again(run, sent.planned)} --wait",
    )


def _complaint(sent: Sent, outcome: TrafficOutcome | None) -> str:
    refused = len(sent.events) - len(sent.accepted_keys)
    changed = outcome.changed if outcome is not None else 0
    failed = outcome.failed if outcome is not None else refused
    parts = {"failed": failed, "of them refused by the API": refused, "duplicates changed the table": changed}
    return ", ".join(f"{count} {what}" for what, count in parts.items() if count)
