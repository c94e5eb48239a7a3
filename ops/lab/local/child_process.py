"""Child process: runs to its end, with its output in a log, and ends with an interrupted lab."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from ops.lab.errors import DeploymentFailed

_LAST_LINES = 15
# What a program is known by: its arguments, its environment, its folder.
_Key = tuple[tuple[str, ...], frozenset[tuple[str, str]], Path]


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


class ProgramStarter(Protocol):
    """How a program is started ahead of its run."""

    def __call__(self, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> None: ...


class ChildProcesses:
    """Runs programs in process groups of their own and can end all of them at once."""

    def __init__(self, log_path: Path) -> None:
        self._log_path = log_path
        self._running: set[subprocess.Popen[str]] = set()
        self._ahead: dict[_Key, subprocess.Popen[str]] = {}

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
        process = self._ahead.pop(_key(arguments, environment, folder), None)
        if process is not None and process.stdin is not None and process.poll() is None:
            process.stdin.write("\n")
            process.stdin.close()
        else:
            process = self._start(arguments, environment, folder, subprocess.DEVNULL)
        try:
            lines = self._collect(process, on_line)
        finally:
            self._running.discard(process)
        if process.returncode != 0:
            self._fail(arguments, process.returncode, lines)

    def start_ahead(self, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> None:
        """Start a program that waits for a line on its standard input; a `run` of the same sends it."""
        process = self._start(arguments, environment, folder, subprocess.PIPE)
        self._ahead[_key(arguments, environment, folder)] = process

    def end_all(self) -> None:
        """End every program that still runs or waits, with its children."""
        while self._ahead:
            self._discard(self._ahead.popitem()[1])
        for process in list(self._running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)

    def _discard(self, process: subprocess.Popen[str]) -> None:
        """End a program that has done nothing yet."""
        self._running.discard(process)
        with process, suppress(ProcessLookupError, BrokenPipeError):
            os.killpg(process.pid, signal.SIGKILL)

    def _start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, stdin: int
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            list(arguments),
            cwd=folder,
            env=dict(environment),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running.add(process)
        return process

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


def _key(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> _Key:
    return tuple(arguments), frozenset(environment.items()), folder
