"""Clients send one after another until they are stopped, and nothing is on its way while they pause."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ops.lab.incidents.client_traffic import ClientTraffic
from ops.lab.waiting import eventually

Start = Callable[[Callable[[int], bool]], ClientTraffic]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a traffic that sends so; it is stopped at the end."""
    started = []

    def begin(send: Callable[[int], bool]) -> ClientTraffic:
        traffic = ClientTraffic(send, every=0.005)
        started.append(traffic)
        traffic.start()
        return traffic

    yield begin
    for traffic in started:
        traffic.stop()


def noting(sent: list[int]) -> Callable[[int], bool]:
    """Take everything, and note it."""

    def send(number: int) -> bool:
        sent.append(number)
        return True

    return send


def test_each_number_is_sent_once_from_1_on(start: Start) -> None:
    sent: list[int] = []
    start(noting(sent))
    eventually(lambda: len(sent) >= 20, within=10)
    assert sorted(sent)[:20] == list(range(1, 21))


def test_nothing_is_sent_while_they_pause(start: Start) -> None:
    sent: list[int] = []
    traffic = start(noting(sent))
    eventually(lambda: len(sent) >= 3, within=10)
    with traffic.paused():
        before = len(sent)
        assert not threading.Event().wait(0.05)  # ten times the pace
        assert len(sent) == before
    eventually(lambda: len(sent) > before, within=10)


def test_a_pause_waits_for_the_answers_that_are_due(start: Start) -> None:
    answer, asked = threading.Event(), threading.Event()
    answered: list[int] = []

    def send(number: int) -> bool:
        asked.set()
        answer.wait(10)
        answered.append(number)
        return True

    traffic = start(send)
    assert asked.wait(10)
    threading.Timer(0.05, answer.set).start()
    with traffic.paused():
        assert answered


def test_what_is_not_taken_or_fails_is_an_answer_too(start: Start) -> None:
    def send(number: int) -> bool:
        if number % 3 == 0:
            raise OSError("connection refused")
        return number % 3 == 1

    traffic, since = start(send), time.time() - 1
    eventually(lambda: len(traffic.answers(since)) >= 9, within=10)
    taken = [answer.taken for answer in traffic.answers(since)]
    assert taken.count(True) >= 2
    assert taken.count(False) >= 4


def test_nothing_is_sent_after_the_end(start: Start) -> None:
    sent: list[int] = []
    traffic = start(noting(sent))
    eventually(lambda: bool(sent), within=10)
    traffic.stop()
    traffic.await_answers()
    before = len(sent)
    assert not threading.Event().wait(0.05)
    assert len(sent) == before
