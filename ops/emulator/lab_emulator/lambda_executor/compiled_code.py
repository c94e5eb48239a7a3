"""Compiled code of functions: made beside a deployment, so that the first start of a function need not.

The folders of code are new with each emulator, and what a handler imports is a hundred modules: compiled at
the first start of a function, they took more of the processor than all else that a start does.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from lab_emulator.processor_affinity import ALL_CORES

LEAST_PRIORITY = 19


def compile_aside(folders: Sequence[Path]) -> None:
    """Begin to compile the Python files of the folders, when nothing else wants the processor.

    What cannot be compiled is left alone: it may never be imported. A function that starts before its code is
    compiled does it itself.
    """
    if folders:
        threading.Thread(target=_compile, args=(folders,), name="lambda-compile", daemon=True).start()


def _compile(folders: Sequence[Path]) -> None:
    compiler = subprocess.Popen(
        [sys.executable, "-S", "-m", "compileall", "-qq", *map(str, folders)], stdin=subprocess.DEVNULL
    )
    with contextlib.suppress(OSError):  # it has ended already
        os.setpriority(os.PRIO_PROCESS, compiler.pid, LEAST_PRIORITY)
        if ALL_CORES:
            os.sched_setaffinity(compiler.pid, ALL_CORES)  # the emulator itself may keep to one
    compiler.wait()
