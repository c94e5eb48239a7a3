"""Canary bench: the canary that is at work in this console, or was last; one at a time."""

import threading
from collections.abc import Callable

from ops.lab.console.letters.canary import CanaryProgress, CanaryRedrive
from ops.lab.errors import Refused


class CanaryBench:
    """It goes on whatever pages are open, and ends with the console: the job that it is at goes on in the app
    then, and no other follows it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._canary: CanaryRedrive | None = None

    @property
    def progress(self) -> CanaryProgress | None:
        """How far the latest has come; None before the first."""
        return self._canary.progress if self._canary else None

    def start(self, canary: CanaryRedrive, ended: Callable[[CanaryProgress], None]) -> None:
        """Let it work in a thread; `ended` is called there. Raises Refused while another one works."""
        with self._lock:
            if self._canary is not None and not self._canary.progress.is_over:
                raise Refused("a redrive in turns is at work", hint="wait for it, or stop it")
            self._canary = canary

        def work() -> None:
            ended(canary.run())

        threading.Thread(target=work, name="canary redrive", daemon=True).start()

    def stop(self) -> None:
        """Ask it to end. Raises Refused where none is at work."""
        canary = self._canary
        if canary is None or canary.progress.is_over:
            raise Refused("no redrive in turns is at work")
        canary.stop()
