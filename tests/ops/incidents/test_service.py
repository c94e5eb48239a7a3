"""The service keeps the times, the counts and the wrong actions of an incident, and puts all back."""

import threading
from collections.abc import Callable

import pytest

from ops.lab.app.target import Target
from ops.lab.errors import CommandError
from ops.lab.incidents import service as module
from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.folder import IncidentFolder
from ops.lab.incidents.play import IncidentPlay
from ops.lab.incidents.service import IncidentService
from ops.lab.waiting import eventually
from tests.ops.incidents.conftest import PliablePipeline


@pytest.fixture
def service(
    declared: Incident,
    target: Target,
    clients: Callable[[bool], None],
    folder: IncidentFolder,
    monkeypatch: pytest.MonkeyPatch,
) -> IncidentService:
    monkeypatch.setattr(module, "_EVERY_SECONDS", 0.02)
    return IncidentService(folder, IncidentPlay(declared, target, settle_seconds=0.05))


def _run_beside(service: IncidentService) -> threading.Thread:
    thread = threading.Thread(target=service.run, daemon=True)
    thread.start()
    return thread


def test_an_incident_that_is_repaired_ends_by_itself(
    service: IncidentService, folder: IncidentFolder, pliable: PliablePipeline, undone: list[str]
) -> None:
    running = _run_beside(service)
    eventually(lambda: folder.watch().shown is not None, within=20, every=0.02)
    eventually(
        lambda: "what is new does not go well" in [mark.what for mark in folder.watch().timeline], within=20
    )
    pliable.works = True
    running.join(20)
    watch = folder.watch()
    assert watch.begun
    assert watch.shown is not None
    assert watch.mitigated is not None
    assert watch.recovered is not None
    assert watch.shown <= watch.mitigated <= watch.recovered <= (watch.ended or 0)
    assert watch.events.accepted == watch.events.succeeded > 0
    assert undone == ["the other", "the stop"]


def test_an_interrupt_puts_everything_back(
    service: IncidentService, folder: IncidentFolder, undone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_play: IncidentPlay) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(IncidentPlay, "look", interrupted)
    service.run()
    watch = folder.watch()
    assert undone == ["the other", "the stop"]
    assert (watch.recovered, watch.error) == (None, "")
    assert watch.ended is not None


def test_before_anything_is_put_back_it_says_so(
    declared: Incident,
    target: Target,
    clients: Callable[[bool], None],
    folder: IncidentFolder,
    undone: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_play: IncidentPlay) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(IncidentPlay, "look", interrupted)
    play = IncidentPlay(declared, target, settle_seconds=0.05)
    IncidentService(folder, play, before_end=lambda: undone.append("told")).run()
    assert undone == ["told", "the other", "the stop"]


def test_what_cannot_be_broken_is_told_and_put_back(
    service: IncidentService, folder: IncidentFolder, pliable: PliablePipeline
) -> None:
    pliable.dlq_depth = 2
    service.run()
    watch = folder.watch()
    assert not watch.begun
    assert "not at rest" in watch.error
    assert watch.ended is not None


def test_a_look_that_fails_is_no_end(
    service: IncidentService, folder: IncidentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([CommandError("too busy"), KeyboardInterrupt()])

    def fail(_play: IncidentPlay) -> None:
        raise next(looks)

    monkeypatch.setattr(IncidentPlay, "look", fail)
    service.run()
    assert [symptom.title for symptom in folder.watch().symptoms] == ["the account answers"]


def test_a_lab_that_is_gone_is_its_end(
    service: IncidentService, folder: IncidentFolder, undone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_play: IncidentPlay) -> None:
        raise CommandError("no answer")

    monkeypatch.setattr(IncidentPlay, "look", fail)
    monkeypatch.setattr(module, "_GONE_SECONDS", 0.05)
    service.run()
    assert "does not answer any more" in folder.watch().error
    assert undone == ["the other", "the stop"]


def test_dead_letters_are_counted_as_they_arrive(
    service: IncidentService, folder: IncidentFolder, pliable: PliablePipeline
) -> None:
    running = _run_beside(service)
    eventually(lambda: folder.watch().events.accepted > 10, within=20, every=0.02)
    for depth in (3, 0, 2):
        pliable.dlq_depth = depth
        wanted = {3: 3, 0: 3, 2: 5}[depth]
        seen = folder.watch().seen_at
        eventually(
            lambda wanted=wanted, seen=seen: (  # type: ignore[misc]
                folder.watch().events.dead_lettered == wanted and folder.watch().seen_at != seen
            ),
            within=20,
            every=0.02,
        )
    pliable.dlq_depth, pliable.works = 0, True
    running.join(20)
    assert folder.watch().events.dead_lettered == 5
