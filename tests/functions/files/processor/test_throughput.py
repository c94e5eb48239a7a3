"""The limit follows the API: down at once, up step by step."""

import threading

from functions.files.processor.throughput import Throughput
from ops.lab.waiting import eventually


def heed(throughput: Throughput, calls: int, *, seconds: float = 0.02, failed: bool = False) -> int:
    for _ in range(calls):
        throughput.heed(seconds, failed=failed)
    return throughput.limit


def test_it_begins_with_as_many_calls_as_there_may_be() -> None:
    assert Throughput(10).limit == 10


def test_a_failure_halves_it_once_for_the_calls_under_way() -> None:
    throughput = Throughput(16)
    assert heed(throughput, 1, failed=True) == 8
    assert heed(throughput, 7, failed=True) == 8
    assert heed(throughput, 20, failed=True) < 8


def test_it_never_falls_below_one_call() -> None:
    assert heed(Throughput(10), 500, failed=True) == 1


def test_a_round_of_good_calls_adds_about_one_and_never_more_than_there_may_be() -> None:
    throughput = Throughput(10)
    heed(throughput, 1, failed=True)
    assert 5 < heed(throughput, 12) <= 7
    assert heed(throughput, 200) == 10


def test_latency_that_doubles_is_a_jam() -> None:
    throughput = Throughput(10)
    heed(throughput, 50)
    assert heed(throughput, 20, seconds=0.2) < 10


def test_an_api_that_is_slower_for_good_is_accepted() -> None:
    throughput = Throughput(10)
    heed(throughput, 50)
    heed(throughput, 100, seconds=0.1)
    assert heed(throughput, 400, seconds=0.1) == 10


def test_the_noise_of_an_api_without_latency_is_no_jam() -> None:
    throughput = Throughput(10)
    heed(throughput, 50, seconds=0.00001)
    assert heed(throughput, 50, seconds=0.0009) == 10


def test_a_call_waits_until_another_ends() -> None:
    throughput = Throughput(1)
    entered = threading.Event()

    def call() -> None:
        with throughput.slot():
            entered.set()

    with throughput.slot():
        waiting = threading.Thread(target=call)
        waiting.start()
        eventually(lambda: len(throughput._free._waiters) == 1, within=5)  # type: ignore[attr-defined]
        assert not entered.is_set()
    waiting.join(5)
    assert entered.is_set()
