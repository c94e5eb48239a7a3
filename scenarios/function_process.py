"""Find and kill a Lambda function's process, as the out-of-memory killer would."""

import os
import signal
from pathlib import Path

from ops.lab.waiting import eventually


def kill_busy(function_name: str, emulator_pid: int) -> int:
    """SIGKILL the one process that runs `function_name` below the emulator; return its id. Linux only."""
    pids = eventually(
        lambda: _pids(function_name, emulator_pid),
        within=10,
        what=f"a process of {function_name}",
    )
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return pids[0]


def _pids(function_name: str, emulator_pid: int) -> list[int]:
    return [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if function_name in _working_folder(process) and emulator_pid in _ancestors(int(process.name))
    ]


def _working_folder(process: Path) -> str:
    """A function's process works in the folder of its code, which LocalStack names after the function."""
    try:
        return str((process / "cwd").readlink())
    except OSError:  # ended, or another user's
        return ""


def _ancestors(pid: int) -> list[int]:
    chain = []
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        chain.append(pid)
    return chain
