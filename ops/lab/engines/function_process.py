"""Find and kill a Lambda function's process, as the out-of-memory killer would. Linux only.

`python -m ops.lab.engines.function_process FUNCTION EMULATOR_PID` does so in a container, where the
process table is its own.
"""

import os
import signal
import sys
from pathlib import Path

from ops.lab.waiting import eventually


def kill_busy(function_name: str, emulator_pid: int) -> list[int]:
    """SIGKILL what runs `function_name` below the process `emulator_pid`; return the process ids."""
    pids = eventually(
        lambda: _pids(function_name, emulator_pid),
        within=10,
        what=f"a process of {function_name}",
    )
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return pids


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


if __name__ == "__main__":
    print(kill_busy(sys.argv[1], int(sys.argv[2])))
