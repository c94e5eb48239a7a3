"""Find and kill a Lambda function's process, as the out-of-memory killer would. Linux only.

`python -m ops.lab.engines.function_process FUNCTION EMULATOR_PID` does so in a container, where the
process table is its own.
"""

import os
import signal
import sys

from ops.lab.local.process_table import descendants, working_folder
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
    # A function's process works in the folder of its code, which LocalStack names after the function.
    return [pid for pid in descendants(emulator_pid) if function_name in working_folder(pid)]


if __name__ == "__main__":
    print(kill_busy(sys.argv[1], int(sys.argv[2])))
