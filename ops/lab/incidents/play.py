"""Play of an incident: clients send, something breaks, it is watched until it is over, and then put back.

Whoever has it calls `look` again and again: `lab incident` in its background process, and a scenario.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.app.aws_errors import reason_of
from ops.lab.app.target import Target
from ops.lab.drills.declaration import (
    Accounting,
    DrilledPipeline,
    DrillStep,
    NotCarriedOut,
    ReversibleChange,
)
from ops.lab.drills.rollback import Rollback
from ops.lab.drills.scene import Scene
from ops.lab.errors import CommandError
from ops.lab.incidents.client_traffic import ClientTraffic
from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.reading import IncidentReading, Symptom
from ops.lab.incidents.symptoms import SymptomWatch
from ops.lab.probes import alarms

_EVERY_SECONDS = 0.5
# A proof that did not hold is tried again after so long: clients must not be stopped all the time.
_BETWEEN_PROOFS_SECONDS = 10.0


@dataclass(frozen=True)
class IncidentLook:
    """One look at an incident: `recovered` once nothing is left of it, and that is proven."""

    reading: IncidentReading
    recovered: bool = False

    @property
    def broken(self) -> bool:
        return self.reading.broken


class IncidentPlay:
    """One incident on one target. `patience` stretches what the declarations wait for, as a drill's does."""

    def __init__(
        self, incident: Incident, target: Target, *, patience: float = 1.0, settle_seconds: float
    ) -> None:
        self.scene = Scene(target, started_at=time.time(), patience=patience)
        self._incident = incident
        self._traffic = ClientTraffic.of(incident.traffic, self.scene)
        self._watch = SymptomWatch(incident, self.scene, self._traffic, settle_seconds)
        self._rollback = Rollback(incident.pipeline, self.scene)
        self._was_broken = False
        self._unproven: tuple[Symptom, ...] = ()
        self._next_proof = 0.0
        # The accounting of the proof that held: clients have sent more since, which is still on its way.
        self.proven: Accounting | None = None

    @property
    def lag_seconds(self) -> float:
        """How long after a repair it shows at the latest that what is new goes well."""
        return self._watch.lag_seconds

    def start(self) -> None:
        """Begin the traffic and break. Raises NotCarriedOut where the pipeline is not at rest before, and
        what a step raises; `end` is to be called all the same."""
        if unrest := unrest_of(self._incident.pipeline, self.scene):
            raise NotCarriedOut(f"the pipeline is not at rest: {unrest}", hint="a fresh one: lab reset")
        self._traffic.start()
        self.carry_out(self._incident.breaks)

    def carry_out(self, steps: Sequence[DrillStep]) -> None:
        """Take steps, such as those of a repair, too; `end` puts back what they say that they changed."""
        for step in steps:
            change = step.act(self.scene)
            if isinstance(change, ReversibleChange):
                self._rollback.remember(change)

    def look(self) -> IncidentLook:
        """Look now; once every symptom has gone, stop the clients for a moment and prove that it is over."""
        reading = self._watch.read()
        self._was_broken = self._was_broken or reading.broken
        if reading.broken or not self._was_broken:
            self._unproven = ()
            return IncidentLook(reading)
        if time.monotonic() >= self._next_proof:
            self._unproven = self._prove()
            self._next_proof = time.monotonic() + _BETWEEN_PROOFS_SECONDS
        if not self._unproven:
            return IncidentLook(reading, recovered=True)
        with_proof = IncidentReading(**(vars(reading) | {"symptoms": reading.symptoms + self._unproven}))
        return IncidentLook(with_proof)

    def account(self) -> Accounting:
        """What became of everything that was taken, counted now."""
        return self._incident.pipeline.account(self.scene)

    def end(self) -> list[str]:
        """Stop the clients, put back what is still changed, the last change first, and delete this incident's
        dead letters. Tells what could not be done; everything else is done all the same.

        What the app takes while clients wait for their last answers is drained and deleted too; what the
        incident broke may be what they wait for.
        """
        self._traffic.stop()
        failed = []
        for title, act in self._rollback.steps(
            [("await the clients' last answers", self._traffic.await_answers)]
        ):
            try:
                act()
            except Exception as error:
                failed.append(f"{title}: {reason_of(error)}")
        return failed

    def _prove(self) -> tuple[Symptom, ...]:
        """The lines of the proof that do not hold."""
        with self._traffic.paused():
            deadline = time.monotonic() + self._incident.proof.within_seconds * self.scene.patience
            while True:
                accounting = self.account()
                lines = accounting.lines(self._incident.proof)
                unmet = [line for line in lines if not line.met]
                if not unmet or time.monotonic() >= deadline:
                    break
                time.sleep(_EVERY_SECONDS)
        self.proven = None if unmet else accounting
        return tuple(Symptom(f"{line.title} {line.tolerance}", str(line.value), ok=False) for line in unmet)


def unrest_of(pipeline: DrilledPipeline, scene: Scene) -> str:
    """What an incident that starts now would be taken for; empty where there is nothing."""
    depths, target = pipeline.depths(scene), scene.target
    waiting = {"DLQ": "dlq", "queue": "queue_waiting", "parking queue": "parked"}
    left = [
        f"{depths[name]:g} messages in the {where}" for where, name in waiting.items() if depths.get(name)
    ]
    try:
        raised = pipeline.raised_alarms(target)
    except CommandError as error:  # an output that is not there
        return str(error)
    return ", ".join(left + ([f"raised: {raised}"] if raised != alarms.NONE else []))
