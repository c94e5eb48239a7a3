"""Lock of the commands that change the lab, or a drill needs left alone: one of them at a time."""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from ops.lab.errors import Refused

# Who only looks whether the lock is free holds it for an instant: a command waits so long for that.
_LONGEST_LOOK_SECONDS = 0.5
_BETWEEN_TRIES_SECONDS = 0.02


@dataclass(frozen=True)
class CommandAtWork:
    """What a lock file says of the command that holds it. `since` is in seconds since the epoch."""

    command: str
    pid: int
    since: float

    def __str__(self) -> str:
        begun, lasting = time.strftime("%H:%M:%S", time.localtime(self.since)), time.time() - self.since
        return f"`{self.command}` is at work since {begun} ({in_words(lasting)}, process {self.pid})"


@contextmanager
def exclusively(path: Path, command: str | None = None) -> Iterator[None]:
    """Hold the lock file while the block runs. Raises Refused where another command holds it.

    `command` is how others are told of it, this process's own command line by default. The kernel frees the
    lock with the process, so a command that was killed leaves none behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        if not _taken_within(_LONGEST_LOOK_SECONDS, lock):
            raise _refusal(lock)
        lock.seek(0)
        lock.truncate()
        json.dump(asdict(CommandAtWork(command or _own_command(), os.getpid(), time.time())), lock)
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def refuse_beside(path: Path) -> None:
    """Raise Refused while a command holds the lock file; hold it shared, and only for this look."""
    with suppress(FileNotFoundError), path.open("r+") as lock:
        if not _taken(lock, fcntl.LOCK_SH):
            raise _refusal(lock)


def at_work(path: Path) -> CommandAtWork | None:
    """The command that holds the lock file; None where none does, or it has not said yet what it is."""
    with suppress(FileNotFoundError, ValueError, TypeError), path.open("r+") as lock:
        if not _taken(lock, fcntl.LOCK_SH):
            return CommandAtWork(**json.loads(lock.read()))
    return None


def in_words(seconds: float) -> str:
    """A time span for people: "42 s", "3 min", "2 h 5 min"."""
    if seconds < 60:
        return f"{max(0.0, seconds):.0f} s"
    minutes = int(seconds) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def _taken_within(seconds: float, lock: TextIO) -> bool:
    """Whether the lock was free, or held shared by those that look, and then taken."""
    deadline = time.monotonic() + seconds
    while not (taken := _taken(lock, fcntl.LOCK_EX)) and time.monotonic() < deadline:
        time.sleep(_BETWEEN_TRIES_SECONDS)
    return taken


def _taken(lock: TextIO, kind: int) -> bool:
    """Whether the lock of this kind (LOCK_EX, LOCK_SH) was free; it is held until the file is closed."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refusal(lock: TextIO) -> Refused:
    lock.seek(0)
    try:
        holder = str(CommandAtWork(**json.loads(lock.read())))
    except (ValueError, TypeError):  # it has taken the lock, and not yet said what it is
        holder = "another lab command is at work"
    return Refused(
        holder, hint="nothing was done here; wait until that has finished, or end it: Ctrl-C there"
    )


def _own_command() -> str:
    return " ".join(["lab", *sys.argv[1:]])
