"""Symptoms of an incident: what anybody can see of it, in words that name neither cause nor place."""

import time
from collections.abc import Iterator, Sequence

from ops.lab.drills.declaration import DrillCheck
from ops.lab.drills.journal import shown
from ops.lab.drills.scene import Accepted, Scene
from ops.lab.incidents.client_traffic import ClientTraffic
from ops.lab.incidents.declaration import NOT_YET, FileTraffic, Incident
from ops.lab.incidents.reading import IncidentReading, Symptom
from ops.lab.probes import alarms

# How old what was accepted may be and still be on its way, in the scenarios' settings.
ORDER_SECONDS = 15.0
FILE_SECONDS = 45.0
# How long a look back at new orders goes; of what is rarer, at least so many.
_WINDOW_SECONDS = 10.0
_WINDOW_FILES = 3
_LOOKS_SECONDS = 6.0


class SymptomWatch:
    """Reads the symptoms of an incident on a scene. It remembers what has succeeded, which stays so.

    `settle_seconds` is how old something accepted may be before it should have succeeded.
    """

    def __init__(
        self, incident: Incident, scene: Scene, traffic: ClientTraffic, settle_seconds: float
    ) -> None:
        self._incident = incident
        self._scene = scene
        self._traffic = traffic
        self.settle_seconds = settle_seconds
        self._window = max(_WINDOW_SECONDS, _WINDOW_FILES * traffic.every)
        # Two looks more, so that what has begun to go well is seen to.
        self.lag_seconds = settle_seconds + self._window + _LOOKS_SECONDS
        self._succeeded: set[str] = set()
        self._allowed = incident.proof.parked + incident.proof.dead_letters
        self._but_for = f", but for {self._allowed} at most" if self._allowed else ""

    def read(self) -> IncidentReading:
        """Look now. Raises what a probe or boto3 raises: then nothing was seen.

        It counts what was taken before it began: what is taken while a slow machine looks would be held
        nowhere and have succeeded nowhere, as if it had vanished.
        """
        pipeline, scene, proof = self._incident.pipeline, self._scene, self._incident.proof
        accepted = scene.ledger.accepted
        depths = pipeline.depths(scene)
        in_dlq, parked = int(depths["dlq"] or 0), int(depths.get("parked") or 0)
        in_queue = sum(int(depths[name] or 0) for name in depths if name.startswith("queue_"))
        late, lately_late, lately = self._late(accepted, time.time())
        noun = pipeline.noun
        health = [self._health(check) for check in self._incident.health]
        symptoms = [
            self._taken(),
            Symptom(
                f"new {noun} succeed within {self.settle_seconds:.0f} s",
                f"{lately_late} of the last {lately} did not",
                lately_late == 0,
                vital=True,
            ),
            *(symptom for symptom in health if symptom is not None),
            Symptom(
                f"all {noun} that were taken since the start have succeeded{self._but_for}",
                f"{late} have not",
                late <= self._allowed,
            ),
            Symptom("no dead letters", f"{in_dlq} in the DLQ", in_dlq == proof.dead_letters),
            *self._nothing_parked(parked),
            self._no_alarm(),
        ]
        return IncidentReading(
            time.time(),
            tuple(symptoms),
            len({entry.key for entry in accepted}),
            len(self._succeeded),
            in_queue,
            in_dlq,
            parked,
            unknown=None in health,
        )

    def _late(self, accepted: Sequence[Accepted], now: float) -> tuple[int, int, int]:
        """How many of those taken should have succeeded and have not; how many of the latest of them; how
        many those are."""
        pending = {entry.key for entry in accepted} - self._succeeded
        if pending:
            self._succeeded |= self._incident.pipeline.succeeded(self._scene.target, pending)
        due = now - self.settle_seconds
        times: dict[str, float] = {}
        for entry in accepted:  # a key that was sent again counts from the first time
            times.setdefault(entry.key, entry.accepted_at)
        late = {key for key, at in times.items() if at < due} - self._succeeded
        lately = {key for key, at in times.items() if due - self._window <= at < due}
        return len(late), len(late & lately), len(lately)

    def _taken(self) -> Symptom:
        """Whether the clients get what they send taken; who waits long for an answer gets none."""
        since = max(time.time() - self._window, self._scene.started_at)
        answers = self._traffic.answers(since)
        refused = sum(not answer.taken for answer in answers)
        silent = not answers and time.time() - self._scene.started_at > self._window
        seen = "no answer" if silent else f"{refused} of the last {len(answers)} were not taken"
        return Symptom(
            f"clients can send {self._incident.pipeline.noun}", seen, not refused and not silent, vital=True
        )

    def _health(self, check: DrillCheck) -> Symptom | None:
        """None while it is not known."""
        value = check.probe(self._scene)
        if value == NOT_YET:
            return None
        return Symptom(
            check.title,
            f"{shown(value)}, should be {check.tolerance}",
            check.tolerance.accepts(value),
            vital=True,
        )

    def _nothing_parked(self, parked: int) -> Iterator[Symptom]:
        wanted = 0 if isinstance(self._incident.traffic, FileTraffic) else self._incident.proof.parked
        if parked != wanted:
            yield Symptom("nothing is parked for good", f"{parked} parked", ok=False)

    def _no_alarm(self) -> Symptom:
        raised = self._incident.pipeline.raised_alarms(self._scene.target)
        return Symptom("no alarm is raised", raised, raised == alarms.NONE)
