"""A pipeline that does as a test says, an incident of it, and a folder with that incident in it."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ops.lab.app.queue_depth import QueueDepth
from ops.lab.app.target import Target
from ops.lab.drills.declaration import (
    DrillCheck,
    DrilledPipeline,
    DrillStep,
    Proof,
    ProofLine,
    ReversibleChange,
    Samples,
    equals,
)
from ops.lab.drills.scene import Scene
from ops.lab.incidents.client_traffic import ClientTraffic
from ops.lab.incidents.declaration import Incident, IncidentRepair, Ticket
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, SealedIncident


@dataclass
class Counted:
    """An accounting of what a test says is lost."""

    lost: int = 0
    accepted: int = 0

    def lines(self, _proof: Proof) -> list[ProofLine]:
        return [ProofLine("orders lost", self.lost, equals(0))]

    def counted(self) -> dict[str, int]:
        kept = self.accepted - self.lost
        return {"accepted": self.accepted, "succeeded": kept, "in_queue": 0, "in_dlq": 0, "parked": 0}


@dataclass
class PliablePipeline(DrilledPipeline):
    """Everything succeeds at once while it `works`."""

    noun = "orders"
    works: bool = True
    lost: int = 0
    dlq_depth: int = 0
    raised: str = "none"
    done: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)

    def whereabouts(self, target: Target) -> dict[str, str]:
        return {}

    def counts(self, scene: Scene) -> Samples:
        return {}

    def succeeded(self, target: Target, keys: Collection[str]) -> set[str]:
        if self.works:
            self.done |= set(keys)
        return self.done & set(keys)

    def account(self, scene: Scene) -> Counted:
        return Counted(self.lost, len(scene.ledger.keys))

    def headline(self, proof: Mapping[str, int], accepted: int) -> list[tuple[int, str]]:
        return []

    def delete_dead_letters(self, scene: Scene) -> int:
        self.deleted += scene.ledger.keys
        return len(scene.ledger.keys)

    def depths(self, scene: Scene) -> Samples:
        waiting = len(set(scene.ledger.keys) - self.done)
        return {"queue_waiting": 0 if self.works else waiting, "dlq": self.dlq_depth, "parked": 0}

    def in_queue(self, target: Target) -> QueueDepth:
        return QueueDepth(0, 0, 0)

    def in_dlq(self, target: Target) -> QueueDepth:
        return QueueDepth(1, 0, 0)

    def raised_alarms(self, target: Target) -> str:
        return self.raised


@pytest.fixture
def pliable() -> PliablePipeline:
    return PliablePipeline()


@pytest.fixture
def undone() -> list[str]:
    """What was put back, in order."""
    return []


@pytest.fixture
def declared(pliable: PliablePipeline, undone: list[str]) -> Incident:
    """An incident that stops the pipeline, and tells what was put back."""

    def stop(_scene: Scene) -> ReversibleChange:
        pliable.works = False
        return ReversibleChange("the stop", lambda: undone.append("the stop"))

    def also(_scene: Scene) -> ReversibleChange:
        return ReversibleChange("the other", lambda: undone.append("the other"))

    def go_on(_scene: Scene) -> None:
        pliable.works = True

    way = IncidentRepair("Go on", ("go on",), (DrillStep("go on", go_on),))
    return Incident(
        name="standstill",
        title="Nothing moves",
        level=2,
        ticket=Ticket("A customer", "Where is my order?", "I ordered, and nothing came."),
        cause="Somebody pulled the plug.",
        pipeline=pliable,
        breaks=(DrillStep("stop", stop), DrillStep("and another", also)),
        repairs=(way, way),
        hints=("Look closer.", "Look at the wall.", "Plug it in."),
        runbook="backlog.md",
        health=(DrillCheck("somebody is at home", lambda _: 1, equals(1)),),
        proof=Proof(within_seconds=0),
    )


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Clients whose orders are taken at once, many a second; called with False, none is any more."""
    state, started = {"taken": True}, []

    def of(_declared: Any, scene: Scene) -> ClientTraffic:
        def send(number: int) -> bool:
            if state["taken"]:
                scene.ledger.accept(f"key-{number}", time.time(), time.time())
            return state["taken"]

        traffic = ClientTraffic(send, every=0.005)
        started.append(traffic)
        return traffic

    monkeypatch.setattr(ClientTraffic, "of", staticmethod(of))
    yield lambda taken: state.update(taken=taken)
    for traffic in started:
        traffic.stop()


@pytest.fixture
def folder(tmp_path: Path, declared: Incident) -> IncidentFolder:
    """A folder with the incident in it, as `lab incident start` leaves it."""
    folder = IncidentFolder(tmp_path / "lab" / "incident")
    (tmp_path / "lab").mkdir()
    folder.renew(SealedIncident(declared.name, 7), AttendeeRecord("Ada", round(time.time(), 1)))
    return folder
