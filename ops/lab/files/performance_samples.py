"""Samples of a performance test, of what no table records: depths of the queues, concurrency, pressure."""

import threading
import time
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.target import Target
from ops.lab.files.snapshot import backlog, control

_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Sample:
    """The pipeline at a moment, `at` in epoch seconds; `concurrency` is None until the scaler has set one."""

    at: float
    waiting: int
    in_flight: int
    dlq: int
    concurrency: int | None
    pressure: int


@dataclass
class Sampling:
    """A thread that takes samples until the end: use as a context manager. A sample that fails is a gap."""

    target: Target
    samples: list[Sample] = field(default_factory=list)
    failed: int = 0
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Sampling":
        self._thread = threading.Thread(target=self._sample_on, name="csv samples", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take a last sample, so that the plots show how it ended."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        self._take()

    def _sample_on(self) -> None:
        while not self._done.is_set():
            began = time.monotonic()
            self._take()
            self._done.wait(max(0.0, began + _EVERY_SECONDS - time.monotonic()))

    def _take(self) -> None:
        try:
            self.samples.append(sample(self.target))
        except (BotoCoreError, ClientError):
            self.failed += 1


def sample(target: Target) -> Sample:
    """About seven calls."""
    at, depths, now = time.time(), backlog(target), control(target)
    return Sample(
        at=at,
        waiting=depths.queue.visible,
        in_flight=depths.queue.in_flight,
        dlq=depths.dlq.total,
        concurrency=now.concurrency,
        pressure=now.pressure,
    )
