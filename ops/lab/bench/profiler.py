"""Profiler: py-spy beside the emulator, which writes where its time goes.

py-spy reads the other process's memory (https://github.com/benfred/py-spy): that needs ptrace on it, which
Linux allows root, and others where kernel.yama.ptrace_scope is 0.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops.lab.errors import CommandError, Refused
from ops.lab.repository import IS_CHECKOUT

_PROGRAM = "py-spy"
VERSION = "0.4.3"  # as in pyproject.toml, extra `profile`
# By the ending of the file's name, how py-spy calls what it writes.
FORMATS = {".svg": "flamegraph", ".json": "speedscope"}
_WRITES_WITHIN_SECONDS = 60
_LAST_CHARACTERS = 1500


def find_profiler(path: Path) -> str:
    """The program, for a profile at `path`.

    Raises Refused for an ending that is none of FORMATS, CommandError where py-spy is not installed.
    """
    if path.suffix not in FORMATS:
        kinds = ", ".join(f"{ending} ({kind})" for ending, kind in FORMATS.items())
        raise Refused(f"--profile {path} does not end in one of: {kinds}", hint="for example: emulator.svg")
    beside = Path(sys.executable).with_name(_PROGRAM)
    program = str(beside) if beside.exists() else shutil.which(_PROGRAM)
    if program is None:
        raise CommandError("--profile needs py-spy, which is not installed", hint=f"run `{_installation()}`")
    return program


def _installation() -> str:
    if IS_CHECKOUT:
        uv = "uv" if shutil.which("uv") else ".tools/bin/uv"
        return f"{uv} pip install --python .venv {_PROGRAM}=={VERSION}"
    return f"{sys.executable} -m pip install {_PROGRAM}=={VERSION}"


@contextmanager
def profiling(program: str, pid: int, path: Path) -> Iterator[None]:
    """Sample process `pid` while the block runs; write `path` at its end.

    Of its threads only the one that holds the interpreter's lock counts: two hundred others wait for work,
    and what they wait in would fill the picture.

    Raises CommandError, with py-spy's words, where it cannot read the process or has written nothing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    command = [program, "record", "--pid", str(pid), "--format", FORMATS[path.suffix], "--output", str(path)]
    profiler = subprocess.Popen(
        [*command, "--gil", "--rate", "100"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for this process, which ends the profiler
    )
    try:
        yield
        profiler.send_signal(signal.SIGINT)  # how it is told to write
        said, _ = profiler.communicate(timeout=_WRITES_WITHIN_SECONDS)
    finally:
        if profiler.poll() is None:
            profiler.kill()
            profiler.communicate()
    if not path.is_file():
        raise CommandError(f"py-spy wrote no {path}", hint=said[-_LAST_CHARACTERS:])
