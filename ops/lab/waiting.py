"""Waiting for a condition, never for a number of seconds."""

import time
from collections.abc import Callable
from typing import TypeVar

from ops.lab.errors import WaitTimedOut

Value = TypeVar("Value")

_LONGEST_VALUE_SHOWN = 600
# What moves is waited for up to so many times as long: a program that runs in circles moves too.
_LONGEST_TIMES = 20


def eventually(
    probe: Callable[[], Value],
    *,
    within: float,
    until: Callable[[Value], bool] = bool,
    every: float = 0.25,
    what: str = "the condition",
    hint: str = "",
    retry_on: tuple[type[Exception], ...] = (),
    moves: Callable[[], object] | None = None,
) -> Value:
    """Call `probe` every `every` seconds until `until(value)` holds, and return that value.

    Raises WaitTimedOut after `within` seconds, showing the last value (or the last error out of `retry_on`,
    which counts as "not yet") and the hint. The probe always runs at least once.

    `moves` measures the progress on a slow machine: each time its value is another one, the seconds begin
    anew, up to twenty times `within` in all.
    """
    began = time.monotonic()
    deadline, seen = began + within, moves() if moves else None
    while True:
        try:
            value = probe()
            if until(value):
                return value
            last = repr(value)
        except retry_on as error:
            last = f"{type(error).__name__}: {error}"
        if moves is not None and (now := moves()) != seen:
            deadline, seen = min(time.monotonic() + within, began + _LONGEST_TIMES * within), now
        if time.monotonic() >= deadline:
            waited = _waited(within, time.monotonic() - began, moves is not None)
            raise WaitTimedOut(f"{what} did not happen within {waited}; last seen: {_short(last)}", hint=hint)
        time.sleep(min(every, max(0.0, deadline - time.monotonic())))


def eventually_or_last(
    probe: Callable[[], Value], *, within: float, until: Callable[[Value], bool], every: float
) -> Value:
    """The first value of `probe` of which `until(value)` holds, or the last one after `within` seconds: for
    what is worth showing as it is."""
    deadline = time.monotonic() + within
    while True:
        value = probe()
        if until(value) or time.monotonic() >= deadline:
            return value
        time.sleep(every)


def _waited(within: float, seconds: float, measured: bool) -> str:
    if not measured:
        return f"{within:g} s"
    longest = _LONGEST_TIMES * within
    return f"{longest:g} s" if seconds >= longest else f"{within:g} s without progress"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE_SHOWN else text[:_LONGEST_VALUE_SHOWN] + " …"
