"""Ground for incidents: the deployed app, as the place where scenarios play them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrilledPipeline
from ops.lab.drills.patience import patience_for
from ops.lab.drills.scene import Scene
from ops.lab.incidents import catalog
from ops.lab.incidents.declaration import FileTraffic, Incident, IncidentRepair
from ops.lab.incidents.play import IncidentLook, IncidentPlay, unrest_of
from ops.lab.waiting import eventually
from scenarios.incident_traces import texts_of_account, traces

# Several emulators share the machine; an incident that is repaired takes no longer for it.
_SHARED_MACHINE = 2.0
# Shorter than an attendee's: what is late is late sooner, and the queue's retries are short.
_SETTLE_SECONDS = 6.0
_FILE_SETTLE_SECONDS = 25.0
_REST_SECONDS = 60.0
_BREAKS_SECONDS = 90.0
_RECOVERS_SECONDS = 120.0
# What a cold function does late on a slow machine shows as well, and is gone a look later.
_LOOKS_IN_A_ROW = 3
_LOOKS_AFTERWARDS = 2


@dataclass(frozen=True)
class IncidentGround:
    """Where incidents are played, one after another."""

    target: Target

    @contextmanager
    def broken(self, name: str) -> Iterator["BrokenApp"]:
        """The app with this incident in it, once it shows. It is restored at the end."""
        incident = catalog.load(name)
        patience = self._patience(incident.pipeline)
        self.await_rest(incident.pipeline)
        settle = _FILE_SETTLE_SECONDS if isinstance(incident.traffic, FileTraffic) else _SETTLE_SECONDS
        play = IncidentPlay(incident, self.target, patience=patience, settle_seconds=settle)
        try:
            play.start()
            app = BrokenApp(incident, play, patience)
            app.await_symptoms()
            yield app
        finally:
            left = play.end()
        assert left == []

    def assert_over_only_by(self, name: str, way: int) -> None:
        """The incident stays, and is named nowhere, until it is repaired by this way of it; then nothing is
        left of it, and nothing was lost."""
        with self.broken(name) as app:
            assert all(look.broken for look in app.looks())
            assert app.traces() == []
            assert app.repair(app.incident.repairs[way]).recovered

    def await_rest(self, pipeline: DrilledPipeline) -> None:
        """Wait until nothing is left of what was before."""
        scene = Scene(self.target, started_at=0.0)
        eventually(
            lambda: unrest_of(pipeline, scene),
            within=_REST_SECONDS * self._patience(pipeline),
            until=lambda unrest: unrest == "",
            what="a pipeline at rest",
        )

    def _patience(self, pipeline: DrilledPipeline) -> float:
        return patience_for(self.target, pipeline) * _SHARED_MACHINE


@dataclass(frozen=True)
class BrokenApp:
    """An incident that goes on."""

    incident: Incident
    play: IncidentPlay
    patience: float

    def await_symptoms(self) -> IncidentLook:
        """The last of a few looks in a row that are all broken."""
        in_a_row = 0

        def look() -> IncidentLook:
            nonlocal in_a_row
            seen = self.play.look()
            in_a_row = in_a_row + 1 if seen.broken else 0
            return seen

        return eventually(
            look,
            within=_BREAKS_SECONDS * self.patience,
            until=lambda _: in_a_row >= _LOOKS_IN_A_ROW,
            every=1.0,
            what=f"a symptom of {self.incident.name}",
        )

    def looks(self) -> list[IncidentLook]:
        """A few more, as they come."""
        return [self.play.look() for _ in range(_LOOKS_AFTERWARDS)]

    def traces(self) -> list[str]:
        """Where the account says which incident it is."""
        scene = self.play.scene
        return traces(self.incident, texts_of_account(scene.target, scene.started_at))

    def repair(self, way: IncidentRepair) -> IncidentLook:
        """Repair it, and return the look that found nothing left of it."""
        self.play.carry_out(way.steps)
        return eventually(
            self.play.look,
            within=_RECOVERS_SECONDS * self.patience,
            until=lambda look: look.recovered,
            every=1.0,
            what=f"the end of {self.incident.name} by: {way.title}",
        )
