"""`lab incident status`, `ack`, `hint`, `check`, `solve`, `abandon`, `call-for-help` and `export`."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding

from ops.lab.confirmation import YesOption, confirm_first
from ops.lab.errors import Refused, WaitTimedOut
from ops.lab.incidents.card import IncidentOutcome
from ops.lab.incidents.declaration import IncidentRepair
from ops.lab.incidents.notices import NoticeMark, notices_on
from ops.lab.incidents.report.page import clock, write_card
from ops.lab.incidents.session import IncidentSession
from ops.lab.local.directory import lab_directory
from ops.lab.options import JsonOption
from ops.lab.terminal import escape, out
from ops.lab.waiting import eventually

_LONGEST_LINE = 100  # of a ticket's text, for it is read and not parsed
# How long the next look is waited for where the last one is old.
_NEXT_LOOK_SECONDS = 8.0
_COLOURS = {NoticeMark.GOOD: "green", NoticeMark.WARNING: "yellow", NoticeMark.BAD: "red"}
_OUTCOME_COLOURS = {
    IncidentOutcome.RUNNING: "cyan",
    IncidentOutcome.RECOVERED: "green",
    IncidentOutcome.SOLVED: "yellow",
    IncidentOutcome.ABANDONED: "red",
}


def status(as_json: JsonOption = False) -> None:
    """Show the ticket, the clock, and how many hints were taken."""
    session = IncidentSession.of(lab_directory())
    if as_json:
        print(json.dumps(_state(session), indent=2))
        return
    show_ticket(out(), session)
    _show_notices(out(), session)


def acknowledge(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What you think that it is.")],
) -> None:
    """Say what you think it is: the first time counts as the time to detect. Nobody says if it is right."""
    session = _running()
    said = " ".join(text)
    if not said.strip():
        raise Refused("say what you think that it is", hint="lab incident ack the table is throttled")
    session.acknowledge(said)
    out().print(f"[green]✓[/] noted after {clock(session.seconds)}")


def hint() -> None:
    """Show the next hint, from vague to plain. Each is counted."""
    session = _running()
    number, text = session.next_hint()
    left = len(session.incident.hints) - number
    out().print(f"hint {number} ({left} left): {escape(text)}", soft_wrap=True)


def check(as_json: JsonOption = False) -> None:
    """Show each symptom: what is still broken, never what it is. Ends with 0 once it is over, 1 before."""
    session = _with_a_late_look()
    recovered = session.watch.recovered is not None
    if as_json:
        print(json.dumps(_state(session), indent=2))
    else:
        _show_symptoms(out(), session)
    raise typer.Exit(0 if recovered else 1)


def solve(
    yes: YesOption = False,
) -> None:
    """Show what it is and the ways that heal, the expert's first, after asking: it then counts as solved."""
    session = IncidentSession.of(lab_directory())
    if session.outcome is IncidentOutcome.RUNNING:
        question = "Show the cause and the way? It then counts as solved, and not as recovered."
        confirm_first(question, yes=yes, otherwise="nothing was shown")
    session.show_the_way()
    console, incident = out(), session.incident
    console.print(f"[bold]{escape(incident.title)}[/]", soft_wrap=True)
    console.print(Padding(escape(incident.cause), (0, 2)), width=min(console.width, _LONGEST_LINE))
    console.print(f"  [dim]runbook  ops/runbooks/{escape(incident.runbook)}[/]", soft_wrap=True)
    for number, repair in enumerate(incident.repairs):
        _show_repair(console, "the expert's way" if number == 0 else "another way", repair)
    if session.outcome is IncidentOutcome.RUNNING:
        console.print("  [dim]it counts as solved now; repair it, or put it back: lab incident abandon[/]")


def abandon() -> None:
    """End it: stop the traffic, put back what is broken, delete its dead letters. Harmless when over."""
    directory = lab_directory()
    session = IncidentSession.of(directory)
    if session.process is not None:
        out().print("[dim]putting everything back; it may take a minute[/]")
    elif not session.was_killed:
        out().print("it was over already")
    session.abandon()
    session = IncidentSession.of(directory)
    _show_notices(out(), session)
    if session.was_killed or session.watch.left:
        raise typer.Exit(1)


def call_for_help(
    off: Annotated[bool, typer.Option("--off", help="Take it back.")] = False,
) -> None:
    """Raise a hand in the room, or take it down: the board shows it. It costs no points."""
    session = _running()
    session.call_for_help(wanted=not off)
    out().print("[green]✓[/] " + ("taken back" if off else "the room's board shows that you ask for help"))


def export(
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the card as a page.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the card as JSON.")
    ] = None,
) -> None:
    """Write the card: times, events, wrong actions, hints, points. Without a file, print it as JSON."""
    session = IncidentSession.of(lab_directory())
    card = session.card()
    text = json.dumps(card.to_json(), indent=2)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(text + "\n", encoding="utf-8")
        out().print(f"[green]✓[/] {escape(str(json_file))}", soft_wrap=True)
    if html:
        write_card(card, html)
        out().print(f"[green]✓[/] {escape(str(html))}", soft_wrap=True)
    if not html and not json_file:
        print(text)


def _reached(session: IncidentSession) -> str:
    """Which of the three times there are so far, and after how long."""
    card = session.card()
    times = {"detected": card.acknowledged, "mitigated": card.mitigated, "recovered": card.recovered}
    return ", ".join(f"{name} {clock(at)}" for name, at in times.items() if at is not None)


def show_ticket(console: Console, session: IncidentSession) -> None:
    """The ticket, and how it stands."""
    ticket, outcome = session.incident.ticket, session.outcome
    running = outcome is IncidentOutcome.RUNNING
    over = session.seconds if session.watch.recovered is None else session.watch.recovered
    time = f"for {clock(session.seconds)}" if running else f"after {clock(over)}"
    console.print(f"[bold]{escape(ticket.subject)}[/]  [dim]from {escape(ticket.sender)}[/]", soft_wrap=True)
    console.print(Padding(escape(ticket.text), (0, 2)), width=min(console.width, _LONGEST_LINE))
    console.print(
        f"  [{_OUTCOME_COLOURS[outcome]}]{outcome.value}[/] {time}, level "
        f"{session.incident.level}, {len(session.attendee.hints)} of {len(session.incident.hints)} hints, "
        f"as {escape(session.attendee.name)}",
        soft_wrap=True,
    )
    if reached := _reached(session):
        console.print(f"  {reached}")
    if running:
        console.print("  [dim]lab incident check, ack TEXT, hint, solve, abandon[/]")
    else:
        console.print(f"  {session.card().points} points; lab incident export --html card.html")


def _with_a_late_look() -> IncidentSession:
    """The session; where the last look at it is old, the next one is waited for a moment."""
    directory = lab_directory()
    with suppress(WaitTimedOut):
        return eventually(
            lambda: IncidentSession.of(directory),
            within=_NEXT_LOOK_SECONDS,
            until=lambda session: not session.look_is_old,
        )
    return IncidentSession.of(directory)


def _show_symptoms(console: Console, session: IncidentSession) -> None:
    """What was seen last, and how long ago. Of an incident that is over nothing is to be seen any more."""
    if session.outcome is IncidentOutcome.RUNNING:
        for symptom in session.watch.symptoms:
            mark = "[green]✓[/]" if symptom.ok else "[red]✗[/]"
            seen = "" if symptom.ok else f"  [dim]{escape(symptom.seen)}[/]"
            console.print(f"{mark} {escape(symptom.title)}{seen}", soft_wrap=True)
        if session.look_age is not None:
            console.print(f"  [dim]looked {session.look_age:.0f} s ago[/]")
    _show_notices(console, session)
    if session.was_killed or session.outcome is not IncidentOutcome.RUNNING:
        return
    if session.watch.shown is None:
        console.print("[yellow]no symptom shows yet: look again[/]")
    elif all(symptom.ok for symptom in session.watch.symptoms):
        console.print("[yellow]no symptom shows; whether anything was lost is being counted[/]")


def _show_notices(console: Console, session: IncidentSession) -> None:
    for notice in notices_on(session):
        console.print(
            f"[{_COLOURS[notice.mark]}]{notice.mark.value}[/] {escape(notice.text)}", soft_wrap=True
        )
        if notice.todo:
            console.print(f"  {escape(notice.todo)}", soft_wrap=True)


def _show_repair(console: Console, kind: str, repair: IncidentRepair) -> None:
    console.print(f"[bold]{kind}[/]: {escape(repair.title)}", soft_wrap=True)
    for command in repair.commands:
        console.print(f"  {escape(command)}", soft_wrap=True)


def _state(session: IncidentSession) -> dict[str, Any]:
    """What a script wants to know, and nothing of what the incident is."""
    ticket, watch = session.incident.ticket, session.watch
    return {
        "outcome": session.outcome.value,
        "level": session.incident.level,
        "attendee": session.attendee.name,
        "seconds": session.seconds,
        "ticket": {"sender": ticket.sender, "subject": ticket.subject, "text": ticket.text},
        "hints": len(session.attendee.hints),
        "hints_left": len(session.incident.hints) - len(session.attendee.hints),
        "acknowledged": [mark.what for mark in session.attendee.acknowledged],
        "asks_for_help": session.attendee.help_asked is not None,
        "symptoms": [{"title": each.title, "seen": each.seen, "ok": each.ok} for each in watch.symptoms],
        "shown": watch.shown,
        "mitigated": watch.mitigated,
        "recovered": watch.recovered,
        "looked_seconds_ago": None if session.look_age is None else round(session.look_age, 1),
        "abandoned": session.attendee.abandoned,
        "ended": watch.ended,
        "killed": session.was_killed,
        "error": watch.error,
        "notices": [notice.text for notice in notices_on(session)],
    }


def _running() -> IncidentSession:
    return IncidentSession.of(lab_directory()).refuse_unless_running()
