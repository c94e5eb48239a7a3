"""Failure of a sink, as it was told to fail: its kinds, and the switch that begins and ends one."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

# What a client with a timeout of 10 s still bears, and one of a few seconds does not.
DEFAULT_DELAY_SECONDS = 5.0


class FailureKind(StrEnum):
    """`500` is HTTP's; SMTP's like is the transient 451."""

    SERVER_ERROR = "500"
    HANG = "hang"  # takes the connection and never answers: a client needs a timeout of its own
    REFUSED = "refused"  # nothing listens
    SLOW = "slow"  # answers rightly, late
    WRONG = "wrong"  # answers like another program, as a captive portal or a wrong port does


@dataclass(frozen=True)
class SinkFailure:
    """One way to fail. `delay_seconds` is how late SLOW answers."""

    kind: FailureKind
    delay_seconds: float = DEFAULT_DELAY_SECONDS


class FailureSwitch:
    """The failure of one sink, None where it is well. `on_change` is called with each new one."""

    def __init__(self, on_change: Callable[[SinkFailure | None], None]) -> None:
        self._on_change = on_change
        self._changing = threading.RLock()
        self._current: SinkFailure | None = None
        self._over = threading.Event()
        self._over.set()
        self._timer: threading.Timer | None = None

    @property
    def current(self) -> SinkFailure | None:
        return self._current

    def fail(self, failure: SinkFailure, for_seconds: float | None = None) -> None:
        """Fail so from now on, for `for_seconds` or until healed; an earlier failure is over."""
        with self._changing:
            self._set(failure)
            if for_seconds is not None:
                self._timer = threading.Timer(for_seconds, self._heal_if, [self._over])
                self._timer.daemon = True
                self._timer.start()

    def heal(self) -> None:
        """Be well again: a request that hangs or is slow goes on now. Harmless where it is well."""
        with self._changing:
            if self._current is not None:
                self._set(None)

    def wait_over(self, timeout_seconds: float | None = None) -> None:
        """Return when the failure of now is over, or after the timeout."""
        self._over.wait(timeout_seconds)

    def _heal_if(self, still: threading.Event) -> None:
        with self._changing:
            if self._over is still:
                self._set(None)

    def _set(self, failure: SinkFailure | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        over, self._over = self._over, threading.Event()
        self._current = failure
        if failure is None:
            self._over.set()
        self._on_change(failure)
        over.set()
