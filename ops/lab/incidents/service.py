"""Service of an incident: breaks, sends, watches, keeps the score, and puts everything back at its end.

It runs in the background process of `lab incident start`, and says nothing of what the incident is.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.aws_errors import reason_of
from ops.lab.app.target import Target
from ops.lab.drills.declaration import Accounting
from ops.lab.drills.patience import patience_for
from ops.lab.errors import CommandError
from ops.lab.incidents.card import CardMark, EventCounts
from ops.lab.incidents.declaration import FileTraffic, Incident
from ops.lab.incidents.folder import IncidentFolder, WatchRecord
from ops.lab.incidents.play import IncidentLook, IncidentPlay
from ops.lab.incidents.reading import IncidentReading, Symptom
from ops.lab.incidents.symptoms import FILE_SECONDS, ORDER_SECONDS
from ops.lab.incidents.wrong_actions import WrongActionWatch

_EVERY_SECONDS = 2.0
# So many looks in a row at which what is new goes well: one alone may be luck.
_LOOKS_TO_MITIGATE = 2
# An account that has not answered for so long is gone.
_GONE_SECONDS = 120.0
# What an accounting calls things that took effect more than once.
_REPEATED = ("announced_twice", "processed_twice", "rows_unrecorded")
# The mark on a card's timeline of the first look at which what is new fails.
_FAILS = "what is new does not go well"
_NOT_SEEN = (BotoCoreError, ClientError, CommandError, OSError)


class IncidentService:
    """Plays one incident to its end: recovered, or interrupted by SIGTERM's KeyboardInterrupt.

    `before_end` is called once it begins to put things back, which nothing is to interrupt.
    """

    def __init__(
        self, folder: IncidentFolder, play: IncidentPlay, before_end: Callable[[], object] = lambda: None
    ) -> None:
        self._folder = folder
        self._play = play
        self._before_end = before_end
        self._wrong = WrongActionWatch(play.scene, folder.root.parent / "purged", play.lag_seconds)
        self._started = folder.attendee().started_at
        self._record = WatchRecord()
        self._last_seen = time.monotonic()
        self._flowing_since: float | None = None
        self._flowing = 0
        self._in_dlq = 0

    def run(self) -> None:
        """Return once everything is put back. What is raised on the way is in the record."""
        try:
            self._play.start()
            self._note(begun=True)
            while self._record.recovered is None:
                began = time.monotonic()
                self._look()
                time.sleep(max(0.0, began + _EVERY_SECONDS - time.monotonic()))
        except KeyboardInterrupt:
            pass  # the way in which `lab incident abandon` ends it
        except Exception as error:
            self._note(error=reason_of(error))
        finally:
            self._end()

    def _look(self) -> None:
        try:
            look = self._play.look()
            self._score(look.reading)
            self._last_seen = time.monotonic()
        except _NOT_SEEN as error:
            if time.monotonic() - self._last_seen > _GONE_SECONDS:
                raise CommandError("the lab does not answer any more") from error
            # An account that does not answer is no symptom of the incident, and no end of it.
            unseen = Symptom("the account answers", type(error).__name__, ok=False)
            self._note(seen_at=self._now(), symptoms=(unseen,))
            return
        changes = {"seen_at": self._now(), "symptoms": look.reading.symptoms}
        if self._record.shown is None and look.broken:
            changes["shown"] = self._now()
        self._note(**changes)
        self._judge(look)

    def _judge(self, look: IncidentLook) -> None:
        """Whether new things go well again, and whether all of it is over."""
        if self._record.shown is None:
            return
        if not look.reading.flowing:
            self._flowing, self._flowing_since = 0, None
        else:
            self._flowing += 1
            self._flowing_since = self._flowing_since or self._at(look.reading)
        # Where what is new goes well all the time, an incident is mitigated with its end.
        seen_failing = any(mark.what == _FAILS for mark in self._record.timeline)
        if look.reading.failing and not seen_failing:
            self._mark(_FAILS)
        if self._record.mitigated is None and seen_failing and self._flowing >= _LOOKS_TO_MITIGATE:
            self._note(mitigated=self._flowing_since)
        if look.recovered:
            at = self._at(look.reading)
            mitigated = at if self._record.mitigated is None else self._record.mitigated
            self._note(recovered=at, mitigated=mitigated)

    def _score(self, reading: IncidentReading) -> None:
        mitigated = self._record.mitigated
        for what in self._wrong.look(reading, None if mitigated is None else self._started + mitigated):
            self._note(wrong_actions=(*self._record.wrong_actions, CardMark(self._now(), what)))
        arrived, self._in_dlq = max(0, reading.in_dlq - self._in_dlq), reading.in_dlq
        counts = self._record.events
        self._note(
            events=replace(
                counts,
                accepted=reading.accepted,
                succeeded=reading.succeeded,
                dead_lettered=min(reading.accepted, counts.dead_lettered + arrived),
                parked=reading.parked,
            )
        )

    def _end(self) -> None:
        """Count what is lost and repeated before anything is cleaned up, then put everything back."""
        self._before_end()
        try:
            self._note(events=self._counted(self._play.proven or self._play.account()))
        except _NOT_SEEN as error:
            self._note(error=self._record.error or f"not counted at the end: {reason_of(error)}")
        self._note(left=tuple(self._play.end()))
        self._note(ended=self._now())

    def _counted(self, accounting: Accounting) -> EventCounts:
        counted = accounting.counted()
        accepted = counted.get("accepted", counted.get("uploaded", 0))
        held = counted["in_queue"] + counted["in_dlq"] + counted.get("parked", counted.get("set_aside", 0))
        return replace(
            self._record.events,
            accepted=accepted,
            succeeded=counted["succeeded"],
            lost=max(0, accepted - counted["succeeded"] - held),
            repeated=sum(counted.get(name, 0) for name in _REPEATED),
        )

    def _mark(self, what: str) -> None:
        self._note(timeline=(*self._record.timeline, CardMark(self._now(), what)))

    def _note(self, **changes: object) -> None:
        self._record = replace(self._record, **changes)  # type: ignore[arg-type]
        self._folder.put_watch(self._record)

    def _now(self) -> float:
        return round(time.time() - self._started, 1)

    def _at(self, reading: IncidentReading) -> float:
        return round(reading.at - self._started, 1)


def service_of(
    incident: Incident, target: Target, folder: IncidentFolder, before_end: Callable[[], object]
) -> IncidentService:
    """With the patience that the target's settings demand."""
    patience = patience_for(target, incident.pipeline)
    settle = (FILE_SECONDS if isinstance(incident.traffic, FileTraffic) else ORDER_SECONDS) * patience
    play = IncidentPlay(incident, target, patience=patience, settle_seconds=settle)
    return IncidentService(folder, play, before_end)
