"""Watchdog of an emulator: a scenario whose emulator died fails at once, whatever it waits for."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from ops.lab.engines.engine import Engine
from ops.lab.errors import EmulatorFailed

# Python raises what a signal's handler raises in the main thread, also out of a sleep or a read.
_SIGNAL = signal.SIGUSR1


class Watchdog:
    """Looks after one started engine. Use `guarding` in the main thread."""

    def __init__(
        self, engine: Engine, *, on_death: Callable[[], None] = lambda: None, every_seconds: float = 0.5
    ) -> None:
        self._engine = engine
        self._on_death = on_death
        self._every_seconds = every_seconds
        self._raising = False

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Raise EmulatorFailed in the block as soon as the emulator no longer runs; end `on_death` first."""
        self.check()
        previous = signal.signal(_SIGNAL, self._raise)
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,), name="watchdog", daemon=True)
        self._raising = True
        watcher.start()
        try:
            yield
        finally:
            self._raising = False
            done.set()
            watcher.join()
            signal.signal(_SIGNAL, previous)

    def check(self) -> None:
        """Raise EmulatorFailed where the emulator does not run."""
        if reason := self._engine.ailment():
            raise EmulatorFailed(reason, hint=self._engine.log_tail())

    def _watch(self, done: threading.Event) -> None:
        while not done.wait(self._every_seconds):
            if self._engine.ailment():
                self._on_death()
                os.kill(os.getpid(), _SIGNAL)
                return

    def _raise(self, _number: int, _frame: FrameType | None) -> None:
        if self._raising:
            self._raising = False
            self.check()
