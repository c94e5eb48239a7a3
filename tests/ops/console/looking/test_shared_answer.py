"""Shared answers: worked out once for all who ask within their time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ops.lab.console.looking.shared_answer import SharedAnswer


def test_an_answer_holds_for_its_time_and_its_subject() -> None:
    now = [0.0]
    answer: SharedAnswer[int] = SharedAnswer(lambda: now[0])
    made = iter(range(10))

    def ask(of: object = "this") -> int:
        return answer.get(lambda: next(made), of=of, seconds=2.0)

    assert [ask(), ask()] == [0, 0]
    now[0] = 2.0
    assert ask() == 1
    assert ask("another") == 2


def test_what_fails_is_tried_again() -> None:
    answer: SharedAnswer[int] = SharedAnswer()

    def fail() -> int:
        raise OSError("down")

    with pytest.raises(OSError, match="down"):
        answer.get(fail, of=None, seconds=9.0)
    assert answer.get(lambda: 1, of=None, seconds=9.0) == 1


def test_who_asks_meanwhile_waits_for_the_same_answer() -> None:
    answer: SharedAnswer[object] = SharedAnswer()
    begun, go_on = threading.Event(), threading.Event()

    def make() -> object:
        begun.set()
        go_on.wait(10)
        return object()

    with ThreadPoolExecutor() as pool:
        first = pool.submit(answer.get, make, of=None, seconds=60.0)
        begun.wait(10)
        second = pool.submit(answer.get, make, of=None, seconds=60.0)
        go_on.set()
        assert first.result(10) is second.result(10)
