"""A play breaks, sees the symptoms, is over once they are gone and the proof holds, and puts all back."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrillCheck, NotCarriedOut, Samples, at_least
from ops.lab.drills.scene import Scene
from ops.lab.incidents.client_traffic import ClientTraffic
from ops.lab.incidents.declaration import NOT_YET, Incident
from ops.lab.incidents.play import IncidentLook, IncidentPlay
from ops.lab.waiting import eventually
from tests.ops.incidents.conftest import PliablePipeline

Clients = Callable[[bool], None]


@pytest.fixture
def play(declared: Incident, target: Target, clients: Clients) -> IncidentPlay:
    return IncidentPlay(declared, target, settle_seconds=0.05)


def _await(play: IncidentPlay, until: Callable[[IncidentLook], bool]) -> IncidentLook:
    return eventually(play.look, within=20, until=until, every=0.02)


def _failing(look: IncidentLook) -> list[str]:
    return [symptom.title for symptom in look.reading.symptoms if not symptom.ok]


def test_it_is_broken_until_it_is_repaired_and_then_over(
    play: IncidentPlay, pliable: PliablePipeline
) -> None:
    play.start()
    look = _await(play, lambda look: look.broken)
    assert "all orders that were taken since the start have succeeded" in _failing(look)
    assert not look.recovered
    pliable.works = True
    assert _await(play, lambda look: look.recovered).reading.flowing
    play.end()


def test_nothing_is_over_that_was_never_broken(play: IncidentPlay, pliable: PliablePipeline) -> None:
    play.start()
    pliable.works = True  # before any look
    _await(play, lambda look: look.reading.succeeded > 5)
    assert not play.look().recovered
    play.end()


def test_what_the_proof_misses_is_a_symptom(play: IncidentPlay, pliable: PliablePipeline) -> None:
    play.start()
    _await(play, lambda look: look.broken)
    pliable.works, pliable.lost = True, 2
    look = _await(play, lambda look: _failing(look) == ["orders lost = 0"])
    assert look.broken
    assert not look.recovered
    play.end()


@pytest.mark.parametrize(
    ("change", "title"),
    [({"dlq_depth": 3}, "no dead letters"), ({"raised": "DlqDepth"}, "no alarm is raised")],
)
def test_what_is_left_behind_is_no_trouble_of_what_is_new(
    play: IncidentPlay, pliable: PliablePipeline, change: dict[str, object], title: str
) -> None:
    play.start()
    pliable.works = True
    for name, value in change.items():
        setattr(pliable, name, value)
    look = _await(play, lambda look: _failing(look) == [title])
    assert look.reading.flowing
    play.end()


def test_orders_that_are_not_taken_are_a_symptom(play: IncidentPlay, clients: Clients) -> None:
    play.start()
    clients(False)
    look = _await(play, lambda look: "clients can send orders" in _failing(look))
    assert not look.reading.flowing
    play.end()


def test_the_last_change_is_put_back_first_and_dead_letters_are_deleted(
    play: IncidentPlay, pliable: PliablePipeline, undone: list[str]
) -> None:
    play.start()
    _await(play, lambda look: look.broken)
    assert play.end() == []
    assert undone == ["the other", "the stop"]
    assert pliable.deleted


def test_what_is_taken_while_a_slow_look_goes_on_has_not_vanished(
    declared: Incident, target: Target, clients: Clients, pliable: PliablePipeline
) -> None:
    """It is neither in the queue, as read before, nor done, as read after that."""
    play = IncidentPlay(declared, target, settle_seconds=0.05)
    play.start()
    eventually(lambda: len(play.scene.ledger.keys) > 5, within=20)
    depths = pliable.depths

    def slow(scene: Scene) -> Samples:
        found, taken = depths(scene), len(scene.ledger.keys)
        eventually(lambda: len(scene.ledger.keys) > taken + 5, within=20)
        return found

    pliable.depths = slow  # type: ignore[method-assign]
    reading = play.look().reading
    assert reading.accepted - reading.succeeded <= reading.in_queue
    play.end()


def test_an_order_that_is_taken_when_the_clients_stop_is_drained_and_deleted_too(
    declared: Incident, target: Target, pliable: PliablePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow machine the answer to the last request comes when things are put back already."""
    asked, answered = threading.Event(), threading.Event()

    def of(_declared: object, scene: Scene) -> ClientTraffic:
        def send(number: int) -> bool:
            asked.set()
            assert answered.wait(20)
            scene.ledger.accept(f"late-{number}", time.time(), time.time())
            return True

        return ClientTraffic(send, every=60)

    monkeypatch.setattr(ClientTraffic, "of", staticmethod(of))
    play = IncidentPlay(declared, target, settle_seconds=0.05)
    play.start()
    assert asked.wait(20)
    threading.Timer(0.2, answered.set).start()
    assert play.end() == []
    assert pliable.deleted == ["late-1"]


def test_a_pipeline_that_is_not_at_rest_is_left_alone(play: IncidentPlay, pliable: PliablePipeline) -> None:
    pliable.dlq_depth = 4
    with pytest.raises(NotCarriedOut, match="4 messages in the DLQ"):
        play.start()
    assert pliable.works


def test_what_cannot_be_judged_yet_is_left_out_and_nothing_is_over_meanwhile(
    declared: Incident, target: Target, clients: Clients, pliable: PliablePipeline
) -> None:
    known: list[str | int] = [NOT_YET]
    check = DrillCheck("an order may wait", lambda _: known[-1], at_least(4))
    play = IncidentPlay(replace(declared, health=(check,)), target, settle_seconds=0.05)
    play.start()
    pliable.works = True
    look = _await(play, lambda look: look.reading.succeeded > 5 and not _failing(look))
    assert "an order may wait" not in [symptom.title for symptom in look.reading.symptoms]
    assert (look.broken, look.recovered, look.reading.flowing) == (True, False, False)
    known.append(1)
    assert _failing(play.look()) == ["an order may wait"]
    known.append(4)
    assert _await(play, lambda look: look.recovered).reading.flowing
    play.end()


def test_the_numbers_at_its_end_are_those_of_the_proof(play: IncidentPlay, pliable: PliablePipeline) -> None:
    play.start()
    _await(play, lambda look: look.broken)
    assert play.proven is None
    pliable.works = True
    _await(play, lambda look: look.recovered)
    assert play.proven is not None
    assert play.proven.counted()["accepted"] == play.proven.counted()["succeeded"]
    play.end()
