"""Notices on an incident: what is to be said of it beside its symptoms, for the commands and the console."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ops.lab.incidents.card import IncidentOutcome
from ops.lab.incidents.report.page import clock
from ops.lab.incidents.session import AFTER_A_KILL, KILLED, IncidentSession
from ops.lab.incidents.till import mistakes_in

_FRESH = "take a fresh lab: lab reset"
_WHAT_IT_WAS = "what it was: lab incident solve"


class NoticeMark(StrEnum):
    """How good or bad what a notice says is."""

    GOOD = "✓"
    WARNING = "!"
    BAD = "✗"


@dataclass(frozen=True)
class IncidentNotice:
    """A line, and what to do about it; empty where there is nothing to do."""

    mark: NoticeMark
    text: str
    todo: str = ""


def notices_on(session: IncidentSession) -> list[IncidentNotice]:
    """What stands, the most important first. Nothing of it says what the incident is."""
    return [*_of_the_end(session), *_of_the_look(session), *_of_the_clients(session)]


def _of_the_end(session: IncidentSession) -> Iterator[IncidentNotice]:
    watch, outcome = session.watch, session.outcome
    if session.was_killed:
        yield IncidentNotice(NoticeMark.BAD, KILLED, AFTER_A_KILL)
    if watch.error:
        yield IncidentNotice(NoticeMark.BAD, f"it ended by itself: {watch.error}")
    for left in watch.left:
        yield IncidentNotice(NoticeMark.BAD, f"not put back: {left}", _FRESH)
    if watch.recovered is not None:
        text = f"recovered after {clock(watch.recovered)}: nothing is left of it"
        yield IncidentNotice(NoticeMark.GOOD, text, _WHAT_IT_WAS)
    elif outcome is not IncidentOutcome.RUNNING:
        gave_up, ended = session.attendee.abandoned, watch.ended
        over = f"{outcome.value} after {clock(session.seconds if gave_up is None else gave_up)}"
        if ended is None and session.process is not None:
            yield IncidentNotice(NoticeMark.WARNING, f"{over}: everything is being put back")
        elif ended is not None and not watch.left:
            text = f"{over}: restored, nothing that it broke is left"
            yield IncidentNotice(NoticeMark.GOOD, text, _WHAT_IT_WAS)


def _of_the_look(session: IncidentSession) -> Iterator[IncidentNotice]:
    if session.look_is_old:
        assert session.look_age is not None
        assert session.process is not None
        process = f"the incident's process (pid {session.process.pid})"
        yield IncidentNotice(
            NoticeMark.WARNING,
            f"what is shown is {clock(session.look_age)} old: {process} counts what became of everything, "
            "which takes up to a minute or so, or it has stalled",
            "look again; if it stays so: lab incident abandon",
        )


def _of_the_clients(session: IncidentSession) -> Iterator[IncidentNotice]:
    if session.outcome is not IncidentOutcome.RUNNING:
        return
    for name, mistake in mistakes_in(session.clients).items():
        yield IncidentNotice(
            NoticeMark.WARNING,
            f"{session.clients / name}: {mistake}; the till goes on with the settings that it had",
        )
