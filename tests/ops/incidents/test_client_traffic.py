"""Clients send one after another until they are stopped, and nothing is on its way while they pause."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ops.lab.app.target import Target
from ops.lab.drills.files_accounting import uploaded
from ops.lab.drills.scene import Scene
from ops.lab.incidents.client_traffic import ClientTraffic
from ops.lab.incidents.declaration import FileTraffic, OrderTraffic
from ops.lab.waiting import eventually
from tests.ops.api_stub import ApiStub

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


def test_orders_that_the_api_takes_are_in_the_ledger_and_the_others_by_their_answer(target: Target) -> None:
    scene, since = Scene(target, started_at=time.time()), time.time()
    with ApiStub(lambda key: 400 if key.endswith("000002") else 202).serving() as api:
        target.stacks().outputs["ApiUrl"] = api.url
        traffic = ClientTraffic.of(OrderTraffic(per_second=50), scene)
        traffic.start()
        eventually(lambda: len(traffic.answers(since)) >= 4, within=20)
        traffic.stop()
        traffic.await_answers()
    keys = scene.ledger.keys
    assert len(keys) == sum(answer.taken for answer in traffic.answers(since))
    assert scene.ledger.refused == {400: 1}
    assert [key.rpartition("-")[2] for key in sorted(keys)][:2] == ["000001", "000003"]


def test_files_that_s3_takes_are_in_the_ledger_with_their_rows(target: Target) -> None:
    scene, since = Scene(target, started_at=time.time()), time.time()
    target.s3.create_bucket(Bucket="files")
    target.stacks().outputs["CsvBucketName"] = "files"
    traffic = ClientTraffic.of(FileTraffic(every_seconds=0.01), scene)
    traffic.start()
    eventually(lambda: len(traffic.answers(since)) >= 2, within=20)
    traffic.stop()
    traffic.await_answers()
    files = uploaded(scene.ledger)
    assert len(files) == len(traffic.answers(since))
    assert {entry.file.rows for entry in files} == {10}
