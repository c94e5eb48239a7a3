"""Waiting for a condition, never for a number of seconds."""

import time
from collections.abc import Callable
from typing import TypeVar

from ops.lab.errors import WaitTimedOut

Value = TypeVar("Value")

_LONGEST_VALUE_SHOWN = 600


def eventually(
    probe: Callable[[], Value],
    *,
    within: float,
    until: Callable[[Value], bool] = bool,
    every: float = 0.25,
    what: str = "the condition",
    hint: str = "",
    retry_on: tuple[type[Exception], ...] = (),
) -> Value:
    """Call `probe` every `every` seconds until `until(value)` holds, and return that value.

    Raises WaitTimedOut after `within` seconds, showing the last value (or the last error out of `retry_on`,
    which counts as "not yet") and the hint. The probe always runs at least once.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            value = probe()
            if until(value):
                return value
            last = repr(value)
        except retry_on as error:
            last = f"{type(error).__name__}: {error}"
        if time.monotonic() >= deadline:
            raise WaitTimedOut(
                f"{what} did not happen within {within:g} s; last seen: {_short(last)}", hint=hint
            )
        time.sleep(min(every, max(0.0, deadline - time.monotonic())))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE_SHOWN else text[:_LONGEST_VALUE_SHOWN] + " …"
