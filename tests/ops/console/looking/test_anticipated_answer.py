"""Anticipated answers: worked out again before the next page asks, while somebody wants them."""

import threading
from itertools import count

import pytest

from ops.lab.console.looking.anticipated_answer import AnticipatedAnswer
from ops.lab.waiting import eventually


class Source:
    """Counts how often it was read; `problem` is raised instead, where it is set."""

    def __init__(self) -> None:
        self.problem: Exception | None = None
        self.tries = 0
        self._read = count(1)

    def read(self) -> int:
        self.tries += 1
        if self.problem is not None:
            raise self.problem
        return next(self._read)


def test_it_is_worked_out_again_before_the_next_page_asks_and_once_for_each_that_asked() -> None:
    source, of_others = Source(), set(threading.enumerate())
    answer: AnticipatedAnswer[int] = AnticipatedAnswer(lambda: True)
    assert answer.get(source.read, of="this", pace=0.05) == 1
    eventually(lambda: source.tries == 2, within=30, what="the reading ahead of the next page")
    eventually(lambda: set(threading.enumerate()) <= of_others, within=30, what="the end of its thread")
    assert source.tries == 2


def test_nothing_is_worked_out_ahead_where_nobody_wants_it() -> None:
    source, asked = Source(), threading.Event()

    def wanted() -> bool:
        asked.set()
        return False

    answer: AnticipatedAnswer[int] = AnticipatedAnswer(wanted)
    assert answer.get(source.read, of="this", pace=0.01) == 1
    assert asked.wait(30)
    assert source.tries == 1


def test_what_fails_ahead_is_told_to_the_next_who_asks() -> None:
    source, broken = Source(), threading.Event()
    answer: AnticipatedAnswer[int] = AnticipatedAnswer(lambda: broken.wait(60))
    assert answer.get(source.read, of="this", pace=0.05) == 1
    source.problem = OSError("down")
    broken.set()
    eventually(lambda: source.tries == 2, within=30, what="the reading that fails")
    with pytest.raises(OSError, match="down"):
        answer.get(source.read, of="this", pace=3600)
    source.problem = None
    assert answer.get(source.read, of="this", pace=3600) == 2
