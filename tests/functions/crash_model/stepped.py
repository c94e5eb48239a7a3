"""An invocation that stops before each of its requests, so that two can be interleaved as one likes."""

import threading
from collections.abc import Callable
from typing import Self

from tests.functions.crash_model.process import Process

_PATIENCE_SECONDS = 30  # a thread that answers neither way is a fault of the model, not of the functions


class Stepped(threading.Thread):
    """Only one of all threads runs at a time: whoever steps one waits until it stops again or ends."""

    def __init__(self, invoke: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._invoke = invoke
        self._may_run = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self._process: Process | None = None
        self._error: BaseException | None = None
        self._ended = False

    @classmethod
    def begin(cls, invoke: Callable[[], None]) -> Self:
        """Run it up to its first request."""
        invocation = cls(invoke)
        invocation.start()
        invocation._wait()
        return invocation

    def run(self) -> None:
        try:
            self._invoke()
        except BaseException as error:
            self._error = error
        finally:
            self._ended = True
            self._stopped.release()

    @property
    def ended(self) -> bool:
        return self._ended

    def step(self, requests: int) -> None:
        """Let so many requests through; fewer if it ends before. Raises what the invocation raised."""
        for _ in range(requests):
            if self._ended:
                return
            self._may_run.release()
            self._wait()

    def finish(self) -> None:
        """Let it run to its end."""
        while not self._ended:
            self.step(1)
        self.join(_PATIENCE_SECONDS)

    def die(self) -> None:
        """Kill its process where it stands."""
        if self._process is not None:
            self._process.dead = True
        self.finish()

    def _wait(self) -> None:
        assert self._stopped.acquire(timeout=_PATIENCE_SECONDS), "the invocation hangs"
        if self._error is not None:
            raise self._error

    @staticmethod
    def pause(process: Process) -> None:
        """The wire's hook: holds back a stepped invocation, and nothing else."""
        invocation = threading.current_thread()
        if isinstance(invocation, Stepped):
            invocation._process = process
            invocation._stopped.release()
            invocation._may_run.acquire()
