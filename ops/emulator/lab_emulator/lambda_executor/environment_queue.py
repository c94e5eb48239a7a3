"""Queue of the invocations of one version of a function that wait for an execution environment.

They are served in the order in which they came, each by whichever environment is ready first: one that
another invocation has left, or one that was started meanwhile. Lambda has more cores than a laptop. Here no
more environments start at once than the machine has cores, and an invocation first waits for a free one as
long as a start takes, so that it waits at most twice as long as with a start of its own. There is no such
wait where the version has no environment yet.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

STARTS_AT_ONCE = max(2, os.cpu_count() or 1)
# A start that takes longer waits rather than works, and no longer counts. No invocation waits longer for a
# free environment before another is started.
BUSY_START_SECONDS = 1.0

Environment = TypeVar("Environment")


class EnvironmentPool(Protocol[Environment]):
    """The environments of one version."""

    def reserve_free(self) -> Environment | None:
        """Return one that was free, reserved now; None where none is."""

    def is_empty(self) -> bool:
        """Whether there is none, be it free or busy."""

    def start(self) -> None:
        """Start one, which is free then. What is raised becomes the failure of the oldest invocation."""

    def stop(self) -> None:
        """End all."""


@dataclass(eq=False)
class _Waiting(Generic[Environment]):
    came: float
    called: threading.Condition
    served: Environment | Exception | None = None


class EnvironmentQueue(Generic[Environment]):
    """The invocations that wait, and the starts that are under way for them."""

    def __init__(
        self,
        pool: EnvironmentPool[Environment],
        starts_at_once: int = STARTS_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._starts_at_once = starts_at_once
        self._clock = clock
        self._patience_seconds = BUSY_START_SECONDS  # since the first start as long as the last one took
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting[Environment]] = deque()
        self._starts: list[float] = []  # when those that are under way began
        self._last_start_ended = 0.0
        self._closed = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self) -> Environment:
        """Wait for an environment, which is reserved when it is returned. Raises what its start raised."""
        with self._lock:
            if not self._waiting and (free := self._pool.reserve_free()) is not None:
                return free
            mine = _Waiting[Environment](self._clock(), threading.Condition(self._lock))
            self._waiting.append(mine)
            while mine.served is None:
                seconds = self._begin_starts()
                # The oldest one watches the clock for all. The next one is called when it is served.
                mine.called.wait(seconds if mine is self._waiting[0] else None)
            if isinstance(mine.served, Exception):
                raise mine.served
            return mine.served

    def look(self) -> None:
        """Serve waiting invocations with free environments; to be called when an invocation has ended."""
        with self._lock:
            self._serve()

    def close(self) -> None:
        """Serve the invocations that wait already, and end every environment after them."""
        with self._lock:
            self._closed = True
            self._serve()

    def _serve(self) -> None:
        while self._waiting and (free := self._pool.reserve_free()) is not None:
            self._give(free)
        if self._waiting:
            self._waiting[0].called.notify()
        elif self._closed:
            self._pool.stop()

    def _give(self, what: Environment | Exception) -> None:
        oldest = self._waiting.popleft()
        oldest.served = what
        oldest.called.notify()

    def _begin_starts(self) -> float | None:
        """Begin the starts that are due. Return after how many seconds others may be; None: none will be."""
        now = self._clock()
        patience_seconds = 0.0 if self._pool.is_empty() else self._patience_seconds
        due = [max(each.came, self._last_start_ended) + patience_seconds for each in self._waiting]
        wanted = sum(at <= now for at in due) - len(self._starts)
        busy = [at + BUSY_START_SECONDS for at in self._starts if at + BUSY_START_SECONDS > now]
        for _ in range(min(wanted, self._starts_at_once - len(busy))):
            self._starts.append(now)
            busy.append(now + BUSY_START_SECONDS)
            threading.Thread(target=self._start, args=(now,), name="lambda-start", daemon=True).start()
        later = [*(at for at in due if at > now), *busy]
        return min(later) - now if later else None

    def _start(self, began: float) -> None:
        failure = None
        try:
            self._pool.start()
        except Exception as error:
            failure = error
        with self._lock:
            self._starts.remove(began)
            self._last_start_ended = self._clock()
            if failure is None:
                self._patience_seconds = min(self._last_start_ended - began, BUSY_START_SECONDS)
            elif self._waiting:
                self._give(failure)
            self._serve()
