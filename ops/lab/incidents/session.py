"""Session of an incident on this machine: what `lab incident` and the console ask of it, by its folder."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ops.lab.errors import NotUp, Refused
from ops.lab.incidents import catalog, incident_process
from ops.lab.incidents.card import CardMark, IncidentOutcome, ScoreCard
from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, WatchRecord
from ops.lab.incidents.incident_process import IncidentProcess
from ops.lab.incidents.score import outcome_of, score_card
from ops.lab.local.directory import LabDirectory

_LONGEST_ANSWER = 280
KILLED = (
    "the incident's process is gone without putting anything back: killed, or this machine was restarted; "
    "nobody watches it any more, and what it broke may still be broken"
)
AFTER_A_KILL = (
    "put the lab back as it was deployed: lab reset; where you have repaired it by hand: lab incident abandon"
)
# The process looks every two seconds, on a busy machine less often.
_OLD_SECONDS = 10.0


@dataclass(frozen=True)
class IncidentSession:
    """The incident that goes on, or went on last. `process` is None once it has ended. `clients` is the
    folder of the settings that its clients have, where they have any."""

    folder: IncidentFolder
    incident: Incident
    attendee: AttendeeRecord
    watch: WatchRecord
    process: IncidentProcess | None
    clients: Path

    @classmethod
    def of(cls, directory: LabDirectory) -> "IncidentSession":
        """Raises NotUp where none was started."""
        folder = incident_process.folder_of(directory)
        sealed = folder.sealed()
        if sealed is None:
            raise NotUp("there is no incident", hint="begin one: lab incident start")
        # Asked before the record is read: a process that ends in between has written all of it.
        process = incident_process.living(directory)
        incident = catalog.load(sealed.name)
        return cls(folder, incident, folder.attendee(), folder.watch(), process, directory.clients)

    @property
    def seconds(self) -> float:
        """Since the start; until the end, where it is over."""
        ended = self.watch.ended
        return round(time.time() - self.attendee.started_at if ended is None else ended, 1)

    @property
    def outcome(self) -> IncidentOutcome:
        return outcome_of(self.attendee, self.watch)

    @property
    def was_killed(self) -> bool:
        """Whether its process has gone and put nothing back, and the lab that it broke is there still."""
        return self.process is None and self.watch.ended is None

    @property
    def look_age(self) -> float | None:
        """Seconds since the process looked last; None before its first look."""
        seen_at = self.watch.seen_at
        return None if seen_at is None else max(0.0, time.time() - self.attendee.started_at - seen_at)

    @property
    def look_is_old(self) -> bool:
        """Whether the process should have looked since: while it goes on, it looks again and again."""
        goes_on = self.process is not None and self.outcome is IncidentOutcome.RUNNING
        return goes_on and self.look_age is not None and self.look_age > _OLD_SECONDS

    def refuse_unless_running(self) -> "IncidentSession":
        """Itself while it can be played. Raises Refused once it is over, and where its process is gone."""
        if self.outcome is not IncidentOutcome.RUNNING:
            raise Refused(f"the incident is over: {self.outcome}", hint="the next one: lab incident start")
        if self.was_killed:
            raise Refused(KILLED, hint=AFTER_A_KILL)
        return self

    def card(self) -> ScoreCard:
        return score_card(self.incident, self.attendee, self.watch)

    def acknowledge(self, text: str) -> None:
        """Note what the attendee says that it is."""
        mark = CardMark(self.seconds, " ".join(text.split())[:_LONGEST_ANSWER])
        self._change(lambda record: replace(record, acknowledged=(*record.acknowledged, mark)))

    def next_hint(self) -> tuple[int, str]:
        """The next hint and its number, from 1. Raises Refused where there is none left."""
        taken = len(self.attendee.hints)
        if taken >= len(self.incident.hints):
            raise Refused("there are no more hints", hint="have the way shown: lab incident solve")
        self._change(lambda record: replace(record, hints=(*record.hints, self.seconds)))
        return taken + 1, self.incident.hints[taken]

    def call_for_help(self, *, wanted: bool) -> None:
        """Ask for help in the room, or take that back."""
        self._change(lambda record: replace(record, help_asked=self.seconds if wanted else None))

    def show_the_way(self) -> None:
        """Note that the way was shown, the first time, and while it counts."""
        if self.attendee.solved is None and self.outcome is IncidentOutcome.RUNNING:
            self._change(lambda record: replace(record, solved=self.seconds))

    def abandon(self) -> None:
        """Have the process put everything back, and return once it has ended."""
        if self.outcome is IncidentOutcome.RUNNING:
            self._change(lambda record: replace(record, abandoned=self.seconds))
        if self.process:
            incident_process.restore(self.process)

    def _change(self, change: Callable[[AttendeeRecord], AttendeeRecord]) -> None:
        with self.folder.one_command():
            self.folder.put_attendee(change(self.folder.attendee()))
