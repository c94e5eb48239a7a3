"""How a stand-in fails when it is told to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

# What a client with a time-out of 10 s still bears, and one of a few seconds does not.
DEFAULT_DELAY_SECONDS = 5.0


class FailureKind(StrEnum):
    """`500` is HTTP's; SMTP's like is the transient 451."""

    SERVER_ERROR = "500"
    HANG = "hang"  # takes the connection and never answers: a client needs a time-out of its own
    REFUSED = "refused"  # nobody listens
    SLOW = "slow"  # answers rightly, late
    WRONG = "wrong"  # answers like another program, as a captive portal or a wrong port does


@dataclass(frozen=True)
class Failure:
    """One way to fail. `delay_seconds` is how late SLOW answers."""

    kind: FailureKind
    delay_seconds: float = DEFAULT_DELAY_SECONDS


class FailureSwitch:
    """The failure of one stand-in, None where it is well. `on_change` is called with each new one."""

    def __init__(self, on_change: Callable[[Failure | None], None]) -> None:
        self._on_change = on_change
        self._changing = threading.RLock()
        self._current: Failure | None = None
        self._over = threading.Event()
        self._over.set()
        self._timer: threading.Timer | None = None

    @property
    def current(self) -> Failure | None:
        return self._current

    def fail(self, failure: Failure, for_seconds: float | None = None) -> None:
        """Fail so from now on, for `for_seconds` or until healed; an earlier failure is over."""
        with self._changing:
            self._set(failure)
            if for_seconds is not None:
                self._timer = threading.Timer(for_seconds, self._heal_if, [self._over])
                self._timer.daemon = True
                self._timer.start()

    def heal(self) -> None:
        """Be well again; whoever hangs or is slow now ends that. Harmless where it is well."""
        with self._changing:
            if self._current is not None:
                self._set(None)

    def wait_over(self, timeout_seconds: float | None = None) -> None:
        """Return when the failure of now is over, or after the time-out."""
        self._over.wait(timeout_seconds)

    def _heal_if(self, still: threading.Event) -> None:
        with self._changing:
            if self._over is still:
                self._set(None)

    def _set(self, failure: Failure | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        over, self._over = self._over, threading.Event()
        self._current = failure
        if failure is None:
            self._over.set()
        self._on_change(failure)
        over.set()
