"""Lock of the commands that change the lab: one `lab up`, `down` or `deploy` at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops.lab.errors import Refused


def refuse_beside(path: Path) -> None:
    """Raise Refused while a command holds the lock file; take it for no longer than it takes to look."""
    if path.exists():
        with exclusively(path):
            pass


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Hold the lock file while the block runs. Raises Refused where another command holds it.

    The kernel frees the lock with the process, so a command that was killed leaves none behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Refused(
                f"another lab command is at work here (process {lock.read().strip() or 'unknown'})",
                hint="wait until it has finished",
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield
