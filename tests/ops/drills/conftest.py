"""A scene in moto's account, and drills that are made of what a test hands in."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from functions.common.clock import iso8601
from functions.ingestion.outcome_names import SUCCESS
from ops.lab.app.target import Target
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, Proof, ReversibleChange, Value, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.journal import DrillJournal
from ops.lab.drills.run import DrillRun
from ops.lab.drills.scene import Scene
from ops.lab.drills.watcher import Watcher

_LOG_GROUP = "/aws/events/outcomes"
_WORKER_LOG_GROUP = "/aws/lambda/worker"


@pytest.fixture
def scene(target: Target, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """An empty queue, DLQ and table, a log of outcome events, and functions that all log to one group."""
    monkeypatch.setattr("ops.lab.app.log_tail.log_group", lambda *_: _WORKER_LOG_GROUP)
    target.logs.create_log_group(logGroupName=_LOG_GROUP)
    target.logs.create_log_stream(logGroupName=_LOG_GROUP, logStreamName="outcomes")
    target.stacks().outputs["OutcomeLogGroupName"] = _LOG_GROUP
    return Scene(target, started_at=time.time())


@pytest.fixture
def announce(scene: Scene) -> Callable[..., None]:
    """Put a success event of a key where the bus would have put it."""

    def put(key: str, event_id: str = "event", attempt: int = 1) -> None:
        detail = {
            "idempotencyKey": key,
            "eventId": event_id,
            "attempts": attempt,
            "occurredAt": iso8601(time.time()),
        }
        event = {"detail-type": SUCCESS, "detail": detail}
        scene.target.logs.put_log_events(
            logGroupName=_LOG_GROUP,
            logStreamName="outcomes",
            logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(event)}],
        )

    return put


@pytest.fixture
def note_processed(scene: Scene) -> Callable[[str], None]:
    """Write the line that the worker logs once a key is done with."""
    scene.target.logs.create_log_group(logGroupName=_WORKER_LOG_GROUP)
    scene.target.logs.create_log_stream(logGroupName=_WORKER_LOG_GROUP, logStreamName="worker")

    def write(key: str) -> None:
        line = {"message": "record processed", "idempotencyKey": key, "processed": True}
        scene.target.logs.put_log_events(
            logGroupName=_WORKER_LOG_GROUP,
            logStreamName="worker",
            logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(line)}],
        )

    return write


@dataclass
class Diary:
    """What a drill's parts did, in order."""

    lines: list[str] = field(default_factory=list)

    def step(self, name: str, error: BaseException | None = None) -> DrillStep:
        """A step that changes something, or raises `error`; both are written down."""

        def act(_: Scene) -> ReversibleChange:
            self.lines.append(name)
            if error is not None:
                raise error
            return ReversibleChange(name, lambda: self.lines.append(f"undo {name}"))

        return DrillStep(name, act)

    def check(self, name: str, value: Value = 1, error: BaseException | None = None) -> DrillCheck:
        """A check that wants 1 at once."""

        def probe(_: Scene) -> Value:
            self.lines.append(name)
            if error is not None:
                raise error
            return value

        return DrillCheck(name, probe, equals(1), within_seconds=0)


@pytest.fixture
def diary() -> Diary:
    return Diary()


@dataclass
class Parts:
    """The parts of a drill; what a test does not replace does nothing."""

    hypothesis: tuple[DrillCheck, ...] = ()
    method: tuple[DrillStep, ...] = ()
    observations: tuple[DrillCheck, ...] = ()
    repair: tuple[DrillStep, ...] = ()
    recovery: tuple[DrillCheck, ...] = ()
    proof: Proof = field(default_factory=lambda: Proof(within_seconds=0))
    rollback: tuple[DrillStep, ...] = ()

    def run(
        self,
        scene: Scene,
        journal: DrillJournal,
        *,
        without_repair: bool = False,
        watcher: Watcher | None = None,
    ) -> DrillRun:
        drill = Drill(
            name="drill",
            title="A drill",
            story="No one is paged.",
            minutes=1,
            pipeline=INGESTION,
            **vars(self),
        )
        return DrillRun(drill, scene, journal, without_repair=without_repair, watcher=watcher)


def new_journal() -> DrillJournal:
    return DrillJournal("drill", "A drill", "No one is paged.", {"target": "moto"})
