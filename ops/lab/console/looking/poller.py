"""Poller: one look at the account for all open pages, often while one is open, seldom while none is."""

import math
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from ops.lab.app.aws_errors import FORESEEN_ERRORS, as_told
from ops.lab.app.target import Target
from ops.lab.console.looking.observation import Observation, PipelineObserver
from ops.lab.console.looking.target_link import TargetLink

# A page costs the lab little at any rate: looks take at most this part of one processor, and the emulator
# spends about as much again on the answers. It is reckoned by the median of so many: few ask for everything.
_SHARE_OF_PROCESSOR = 1 / 100
_RECKONED_LOOKS = 9
# A page that is opened after a while shows a look of now; but a target that answers late must not hold it up.
_WAITED_SECONDS = 0.3


@dataclass(frozen=True)
class PollingPace:
    """Seconds between two looks at least, while a page is open and while none is; between two looks at the
    stacks; and after a look that failed.

    On an account a look costs money: GetMetricData is billed by metric (https://aws.amazon.com/cloudwatch/pricing/).
    """

    watched: float
    unwatched: float
    stacks: float
    failed: float


LOCAL_PACE = PollingPace(watched=1.0, unwatched=15.0, stacks=10.0, failed=3.0)
AWS_PACE = PollingPace(watched=15.0, unwatched=300.0, stacks=120.0, failed=15.0)


class Poller:
    """Use as a context manager. `latest` is the newest look; a look that failed keeps what was seen before,
    with the problem."""

    def __init__(
        self, link: TargetLink, pace: PollingPace, look: Callable[[Target], Observation] | None = None
    ) -> None:
        self._link = link
        self._pace = pace
        observer = PipelineObserver()
        self._observe, self._forget = look or observer.look, observer.forget
        self._listeners: list[Callable[[], None]] = []
        self._changed = threading.Condition()
        self._done = False
        self._wanted = False
        self._looking = False
        self._looked = -math.inf
        self._stacks_seen = 0.0
        self._cpu_seconds = deque([0.0] * _RECKONED_LOOKS, _RECKONED_LOOKS)
        self._thread = threading.Thread(target=self._run, name="console poller", daemon=True)
        self.latest = Observation(at=0.0, problem="the first look is under way")
        self.looks = 0

    def __enter__(self) -> "Poller":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._done = True
            self._changed.notify_all()
        self._thread.join(timeout=10)

    @property
    def watchers(self) -> int:
        """How many open pages are told of each look."""
        return len(self._listeners)

    @property
    def pause(self) -> float:
        """Seconds from the beginning of one look to that of the next."""
        return self._pause(self._pace.watched if self._listeners else self._pace.unwatched)

    def current(self) -> Observation:
        """The newest look; where none was taken for longer than an open page would have let pass, as after
        hours without one, that of now. It is waited for, but not for long."""
        with self._changed:
            if self._is_late() and self._thread.is_alive():
                before = self.looks
                self._wanted = self._wanted or not self._looking
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._done or self.looks > before, _WAITED_SECONDS)
        return self.latest

    def _is_late(self) -> bool:
        return time.monotonic() - self._looked > 2 * self._pause(self._pace.watched)

    def _pause(self, pace: float) -> float:
        pause = max(pace, self._pace.failed) if self.latest.problem else pace
        return max(pause, median(self._cpu_seconds) / _SHARE_OF_PROCESSOR)

    @contextmanager
    def listening(self, tell: Callable[[], None]) -> Iterator[None]:
        """Call `tell` after each look while the block runs, from the poller's thread."""
        with self._changed:
            self._listeners.append(tell)
            self._changed.notify_all()  # somebody looks now: do not sleep on
        try:
            yield
        finally:
            with self._changed:
                self._listeners.remove(tell)

    def look_now(self) -> None:
        """Look at everything at once instead of at the next time: something was changed."""
        self._forget()
        with self._changed:
            self._wanted = True
            self._changed.notify_all()

    def _run(self) -> None:
        while not self._done:
            began, used = time.monotonic(), time.thread_time()
            self._looking = True
            self._look()
            self._cpu_seconds.append(time.thread_time() - used)
            with self._changed:
                self.looks += 1
                self._looking, self._looked = False, time.monotonic()
                self._changed.notify_all()
                listeners = list(self._listeners)
            for tell in listeners:
                tell()
            self._sleep_until(began)

    def _sleep_until(self, began: float) -> None:
        """Until the next look is due; who begins to listen meanwhile may bring it forward."""
        with self._changed:
            while not (self._done or self._wanted):
                left = began + self.pause - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            self._wanted = False

    def _look(self) -> None:
        try:
            if time.monotonic() - self._stacks_seen > self._pace.stacks:
                self._link.notice_deployment()
                self._stacks_seen = time.monotonic()
            self.latest = self._observe(self._link.target())
        except FORESEEN_ERRORS as error:
            known = as_told(error)
            self._link.renew()
            self.latest = self.latest.failed(str(known), getattr(known, "hint", None) or "")
        except (
            Exception
        ) as error:  # a fault of its own must not end it: no page would ever hear of a look again
            traceback.print_exc()
            self._link.renew()
            self.latest = self.latest.failed(
                f"the console could not look: {type(error).__name__}",
                "the traceback stands where it writes to",
            )
