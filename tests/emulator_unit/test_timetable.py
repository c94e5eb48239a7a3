"""Timetable: calls at their times, whatever becomes of those before."""

import threading

from lab_emulator.timetable import Timetable

WITHIN = 20


def test_a_call_that_fails_keeps_no_later_one_from_being_made() -> None:
    timetable, made = Timetable("test"), threading.Event()

    def fail() -> None:
        raise KeyError("on purpose")

    timetable.call_in(0, fail)
    timetable.call_in(0.05, made.set)
    assert made.wait(WITHIN)
    timetable.close()


def test_nothing_is_called_once_it_is_closed() -> None:
    timetable, called, began = Timetable("test"), threading.Event(), threading.Event()
    timetable.call_in(0, began.set)
    assert began.wait(WITHIN)
    timetable.close()
    timetable.call_in(0, called.set)
    assert not called.wait(0.2)
