"""Background job of the console: work that outlives the request that began it, with progress and a stop."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum

from ops.lab.app.aws_errors import FORESEEN_ERRORS, as_told
from ops.lab.errors import Refused

_SECONDS_TO_END = 10.0


class BackgroundJobState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class BackgroundJob(ABC):
    """`planned` pieces of work under a `title`. `outcome` says what came of it, once it is not RUNNING.

    A subclass does the work, calls `one_done` for each piece, and begins no other once `stopping`.
    """

    def __init__(self, title: str, planned: int) -> None:
        self.title = title
        self.planned = planned
        self.done = 0
        self.state = BackgroundJobState.RUNNING
        self.outcome = ""
        self.began = time.monotonic()
        self.seconds = 0.0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def work(self) -> str:
        """Do it, and return what came of it. Raises what AWS calls raise."""

    @property
    def running(self) -> bool:
        return self.state is BackgroundJobState.RUNNING

    @property
    def stopping(self) -> bool:
        """Whether somebody asked it to end."""
        return self._stop.is_set()

    @property
    def per_second(self) -> float:
        """Pieces done a second so far."""
        return self.done / max(0.001, self.seconds or time.monotonic() - self.began)

    def one_done(self) -> None:
        with self._lock:
            self.done += 1

    def pause(self, seconds: float) -> None:
        """Wait so long, or until it is to stop."""
        self._stop.wait(max(0.0, seconds))

    def stop(self) -> None:
        """Ask it to end: what has begun is finished."""
        self._stop.set()

    def start(self, on_end: Callable[["BackgroundJob"], object]) -> None:
        """Begin in a thread of its own, which calls `on_end` when it is over."""
        self._thread = threading.Thread(target=self._run, args=(on_end,), name=self.title, daemon=True)
        self._thread.start()

    def join(self, seconds: float = _SECONDS_TO_END) -> None:
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, on_end: Callable[["BackgroundJob"], object]) -> None:
        try:
            self.outcome = self.work()
            state = BackgroundJobState.STOPPED if self.stopping else BackgroundJobState.DONE
        except FORESEEN_ERRORS as error:
            known = as_told(error)
            hint = getattr(known, "hint", "")
            self.outcome = f"{known}; {hint}" if hint else str(known)
            state = BackgroundJobState.FAILED
        self.seconds = time.monotonic() - self.began
        self.state = state
        on_end(self)


class BackgroundJobSlot:
    """Room for one job at a time; the last one stays to be looked at."""

    def __init__(self) -> None:
        self.job: BackgroundJob | None = None
        self._lock = threading.Lock()

    def start(self, job: BackgroundJob, on_end: Callable[[BackgroundJob], object]) -> None:
        """Raises Refused while another is running."""
        with self._lock:
            if self.job is not None and self.job.running:
                raise Refused(f"{self.job.title} is under way", hint="wait for its end, or stop it")
            self.job = job
            job.start(on_end)

    def stop(self) -> BackgroundJob:
        """Ask the running one to end. Raises Refused where none is running."""
        job = self.job
        if job is None or not job.running:
            raise Refused("nothing is under way that could be stopped")
        job.stop()
        return job

    def close(self) -> None:
        """Stop what is running, and wait for its end: the console ends."""
        if self.job is not None:
            self.job.stop()
            self.job.join()
