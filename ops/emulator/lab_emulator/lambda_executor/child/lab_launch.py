"""The first steps of a function process: become AWS's Python runtime for one handler.

As a script: `python -S lab_launch.py HANDLER TASK_ROOT SDK PARENT_PID`. After a fork: `launch`.
"""

import ctypes
import os
import signal
import site
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def launch(handler: str, task_root: str, parent_pid: int) -> None:
    """Run `handler` under awslambdaric until it is killed. `arrange_imports` has been called before."""
    die_with(parent_pid)
    os.chdir(task_root)
    sys.path.insert(0, task_root)
    sys.argv = ["awslambdaric", handler]
    site.setquit()  # exit() and quit(), which -S leaves out

    # Here and not above: awslambdaric reads the function's environment when it is imported.
    from awslambdaric.__main__ import main

    main(sys.argv)


def arrange_imports(sdk: str) -> None:
    """Import from the standard library, then `sdk`, then a stand-in for awslambdaric's native module.

    The folder of this script, which Python puts first, has nothing that a function may import.
    """
    sys.path[:] = [*sys.path[1:], sdk, str(Path(__file__).parent / "portable")]


def die_with(parent_pid: int) -> None:
    """Have the kernel kill this process when its parent dies, even one that is busy (Linux only).

    Elsewhere the parent does it while it lives, and an idle process ends with its Runtime API.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent_pid:
            os._exit(1)


if __name__ == "__main__":
    _, _handler, _task_root, _sdk, _parent_pid = sys.argv
    arrange_imports(_sdk)
    launch(_handler, _task_root, int(_parent_pid))
