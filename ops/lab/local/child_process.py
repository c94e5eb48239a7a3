"""Child process: runs to its end, with its output in a log, and ends with an interrupted lab."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ops.lab.errors import DeploymentFailed

_LAST_LINES = 15


class ProgramRunner(Protocol):
    """How a program is run. Raises DeploymentFailed where it ends with an error."""

    def __call__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        on_line: Callable[[str], None] = ...,
    ) -> None: ...


class ChildProcesses:
    """Runs programs in process groups of their own and can end all of them at once."""

    def __init__(self, log_path: Path) -> None:
        self._log_path = log_path
        self._running: set[subprocess.Popen[str]] = set()

    def run(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        on_line: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """Run to the end, passing each line of output on. Raises DeploymentFailed with the last lines."""
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            list(arguments),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running.add(process)
        try:
            lines = self._collect(process, on_line)
        finally:
            self._running.discard(process)
        if process.returncode != 0:
            self._fail(arguments, process.returncode, lines)

    def end_all(self) -> None:
        """End every program that still runs, with its children."""
        for process in list(self._running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)

    def _collect(self, process: subprocess.Popen[str], on_line: Callable[[str], None]) -> list[str]:
        lines = []
        with self._log_path.open("a") as log, process:
            assert process.stdout is not None  # a pipe was asked for
            for line in process.stdout:
                log.write(line)
                lines.append(line.rstrip())
                on_line(lines[-1])
        return lines

    def _fail(self, arguments: Sequence[str], status: int, lines: list[str]) -> None:
        program = " ".join([Path(arguments[0]).name, *arguments[1:2]])
        said = [line for line in lines if line.strip()][-_LAST_LINES:]
        raise DeploymentFailed(
            f"`{program}` ended with status {status}",
            hint="\n".join([*said, f"all of it: {self._log_path}"]),
        )
