"""Background process: outlives the command that started it, in a process group and with a log of its own."""

import os
import signal
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ops.lab.local.process_table import command_line
from ops.lab.waiting import eventually

_END_SECONDS = 10

# Children of this very process: only their parent can collect their exit status.
_children: dict[int, subprocess.Popen[bytes]] = {}


def start_in_background(
    arguments: Sequence[str],
    log: BinaryIO,
    *,
    environment: Mapping[str, str],
    folder: Path | None = None,
    handed_on: Collection[int] = (),
) -> int:
    """Start a program and return its process id. By default it works in this process's folder.

    `handed_on` are file descriptors that it gets beside its log.
    """
    process = subprocess.Popen(
        list(arguments),
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=handed_on,
    )
    _children[process.pid] = process
    return process.pid


def runs(pid: int, program: str) -> bool:
    """Whether process `pid` lives and has `program` in its command, and is no later owner of the number."""
    if pid in _children:  # also while its program is being loaded, when its command line is still empty
        return _children[pid].poll() is None
    return program in command_line(pid)


def end(
    pid: int,
    runs: Callable[[], bool],
    *,
    by: signal.Signals = signal.SIGTERM,
    within: float = _END_SECONDS,
    afterwards: str = "",
) -> None:
    """End a process by a signal, which it may take so many seconds to heed, and collect it.

    `runs` says whether it lives. Raises WaitTimedOut where it does not end; `afterwards` completes the hint.
    """
    if runs():
        with suppress(ProcessLookupError):  # it ended by itself in between
            os.kill(pid, by)
        eventually(
            lambda: not runs(),
            within=within,
            every=0.05,
            what=f"the end of process {pid}",
            hint=f"end it by hand: kill -9 {pid}{afterwards}",
        )
    collect(pid)


def collect(pid: int) -> None:
    """Wait for the end of a process that this one started, so that no zombie is left; forget it."""
    if child := _children.pop(pid, None):
        child.wait()
