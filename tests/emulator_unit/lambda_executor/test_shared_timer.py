"""Timers that share a thread: each calls once, at its time, unless it was cancelled."""

import threading
import time

from lab_emulator.lambda_executor.shared_timer import SharedTimer

LONG = 3600


def test_it_calls_once_and_not_before_its_time() -> None:
    called = threading.Event()
    began = time.monotonic()
    SharedTimer(0.1, called.set).start()
    assert called.wait(10)
    assert time.monotonic() - began >= 0.1


def test_a_shorter_one_does_not_wait_for_a_longer() -> None:
    long, called = SharedTimer(LONG, lambda: None), threading.Event()
    long.start()
    SharedTimer(0.05, called.set).start()
    assert called.wait(10)
    long.cancel()


def test_a_cancelled_one_is_silent() -> None:
    calls: list[str] = []
    cancelled, last = SharedTimer(0.05, lambda: calls.append("cancelled")), threading.Event()
    cancelled.start()
    cancelled.cancel()
    SharedTimer(0.1, last.set).start()
    assert last.wait(10)
    assert calls == []


def test_one_that_raises_stops_no_other() -> None:
    called = threading.Event()
    threading.excepthook, kept = (lambda _args: None), threading.excepthook
    try:
        SharedTimer(0.0, lambda: 1 / 0).start()
        SharedTimer(0.05, called.set).start()
        assert called.wait(10)
    finally:
        threading.excepthook = kept


def test_waiting_takes_one_thread_for_all() -> None:
    before = threading.active_count()
    timers = [SharedTimer(LONG, lambda: None) for _ in range(100)]
    for timer in timers:
        timer.start()
    assert threading.active_count() <= before + 1
    for timer in timers:
        timer.cancel()
