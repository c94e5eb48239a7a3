"""Timer for execution environments: as `threading.Timer`, with one thread for all of them.

LocalStack starts a timer after each invocation, which ends the environment when none follows, and cancels it
before the next: a thread for each event.
"""

import math
import threading
import time
from collections.abc import Callable


class SharedTimer:
    """Calls `function` on a thread of its own `interval` seconds after `start`, unless cancelled before."""

    def __init__(self, interval: float, function: Callable[[], object]) -> None:
        self.interval_seconds = interval
        self.function = function

    def start(self) -> None:
        _CLOCK.arm(self)

    def cancel(self) -> None:
        """Change nothing where it was not started, or has called already."""
        _CLOCK.disarm(self)


class _Clock:
    """The timers that are armed, and the thread that waits for the earliest."""

    def __init__(self) -> None:
        self._deadlines: dict[SharedTimer, float] = {}
        self._changed = threading.Condition()
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None

    def arm(self, timer: SharedTimer) -> None:
        with self._changed:
            deadline = self._deadlines[timer] = time.monotonic() + timer.interval_seconds
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lambda-timers", daemon=True)
                self._thread.start()
            elif deadline < self._wakes_at:
                self._changed.notify()

    def disarm(self, timer: SharedTimer) -> None:
        with self._changed:
            self._deadlines.pop(timer, None)

    def _run(self) -> None:
        while True:
            for timer in self._wait_for_due():
                threading.Thread(target=timer.function, name="lambda-timer", daemon=True).start()

    def _wait_for_due(self) -> list[SharedTimer]:
        with self._changed:
            while True:
                now = time.monotonic()
                if due := [timer for timer, deadline in self._deadlines.items() if deadline <= now]:
                    for timer in due:
                        del self._deadlines[timer]
                    return due
                self._wakes_at = min(self._deadlines.values(), default=math.inf)
                self._changed.wait(None if self._wakes_at == math.inf else self._wakes_at - now)


_CLOCK = _Clock()
