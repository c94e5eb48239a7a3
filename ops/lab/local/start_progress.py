"""Progress of a program that starts: a slow machine is waited for, a program that is stuck is not.

Working is what writes to its log or uses the processor. How long that may take depends on the machine, so no
number of seconds tells the one from the other.
"""

import time
from pathlib import Path

from ops.lab.local.process_table import cpu_seconds

# A second of work in a minute: what only waits for something, with a timer here and there, uses less.
_LEAST_CPU_SHARE = 1 / 60


class StartProgress:
    """Watches process `pid` and its log. Call `stuck` again and again; it compares with what it saw before.

    `patience_seconds` is how long nothing may happen, `limit_seconds` how long it may take in all: a program
    that runs in circles uses the processor too.
    """

    def __init__(
        self, pid: int, log_path: Path, *, patience_seconds: float = 60, limit_seconds: float = 900
    ) -> None:
        self._pid = pid
        self._log_path = log_path
        self._patience_seconds = patience_seconds
        self._began = self._moved = time.monotonic()
        self._limit_seconds = limit_seconds
        self._cpu_seconds, self._log_bytes = self._look()

    def stuck(self) -> str | None:
        """Why it is waited for no longer, in words that follow its name; None while it moves."""
        now = time.monotonic()
        cpu, written = self._look()
        if cpu - self._cpu_seconds >= _LEAST_CPU_SHARE * self._patience_seconds or written != self._log_bytes:
            self._cpu_seconds, self._log_bytes, self._moved = cpu, written, now
        if now - self._moved > self._patience_seconds:
            return f"did nothing for {now - self._moved:.0f} s: it wrote no line and used no processor"
        if now - self._began > self._limit_seconds:
            return f"is busy, and not ready after {now - self._began:.0f} s"
        return None

    def _look(self) -> tuple[float, int]:
        written = self._log_path.stat().st_size if self._log_path.is_file() else 0
        return cpu_seconds(self._pid), written
