"""Process of LocalStack: started, awaited until it answers, stopped with all its children."""

import contextlib
import json
import os
import signal
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.lab.app.alarm_speed import VARIABLE
from ops.lab.errors import EmulatorFailed
from ops.lab.local import background_process
from ops.lab.local.child_environment import plain_environment
from ops.lab.local.ports import accepts_connections
from ops.lab.local.process_table import PROGRAM, cpu_seconds, descendants, members_of_group, runs_emulator
from ops.lab.local.start_progress import StartProgress
from ops.lab.repository import REPOSITORY, SETUP_HINT

EMULATOR = REPOSITORY / "ops" / "emulator"
EMULATOR_PYTHON = EMULATOR / ".venv" / "bin" / "python"


@dataclass
class EmulatorProcess:
    """One running LocalStack. It outlives who started it, and leads a process group of its own."""

    port: int
    pid: int
    log_path: Path

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def alive(self) -> bool:
        return background_process.runs(self.pid, PROGRAM)

    def function_seconds(self) -> int:
        """Whole seconds of the processor that the functions it runs have used: they grow while one works.

        LocalStack's own are no measure: it polls, and logs each look at it.
        """
        return int(sum(map(cpu_seconds, descendants(self.pid))))


def start(
    port: int,
    state_dir: Path,
    *,
    speed: float | None = None,
    log_path: Path | None = None,
    python: Path = EMULATOR_PYTHON,
) -> EmulatorProcess:
    """Start LocalStack on 127.0.0.1:`port`, writing below `state_dir`; it outlives this process.

    `speed` is how much faster the periods of alarms pass, LAB_SPEED or 1 where it is None.
    Its log is `log_path`, by default emulator.log in `state_dir`.
    Raises EmulatorFailed where its environment is not installed or the port is taken.
    """
    refuse_missing_emulator(python)
    refuse_taken_port(port)
    state_dir.mkdir(parents=True, exist_ok=True)
    log_path = log_path or state_dir / "emulator.log"
    with log_path.open("ab") as log:
        pid = background_process.start_in_background(
            [str(python), "-m", PROGRAM], log, environment=_environment(port, state_dir, speed)
        )
    return EmulatorProcess(port=port, pid=pid, log_path=log_path)


def refuse_missing_emulator(python: Path = EMULATOR_PYTHON) -> None:
    """Raise EmulatorFailed where the emulator's environment is not installed."""
    if not python.exists():
        raise EmulatorFailed("the emulator is not installed", hint=SETUP_HINT)


def refuse_taken_port(port: int) -> None:
    """Raise EmulatorFailed where something listens on the port; tell if it is another LocalStack."""
    if not accepts_connections(port):
        return
    mine = parts_of(f"http://127.0.0.1:{port}") is not None
    holder = "another LocalStack: of a container, or of another checkout" if mine else "another program"
    raise EmulatorFailed(
        f"port {port} is in use by {holder}",
        hint=f"stop it, or choose another port: LAB_PORT={port + 1} lab up",
    )


def wait_until_ready(emulator: EmulatorProcess, patience_seconds: float = 60) -> None:
    """Return once every part of the extension answers as loaded, however slow the machine is.

    Raises EmulatorFailed where LocalStack ends, does nothing for `patience_seconds`, or lacks a part.
    """
    progress = StartProgress(emulator.pid, emulator.log_path, patience_seconds=patience_seconds)
    while True:
        if not emulator.alive():
            raise EmulatorFailed("LocalStack stopped while starting", hint=_last_lines(emulator.log_path))
        if (parts := parts_of(emulator.endpoint)) is not None:
            _refuse_missing(parts)
            return
        if reason := progress.stuck():
            raise EmulatorFailed(f"LocalStack {reason}", hint=_last_lines(emulator.log_path))
        time.sleep(0.1)


def parts_of(endpoint: str, timeout_seconds: float = 5) -> list[dict[str, object]] | None:
    """Return what the extension says it loaded (see lab_emulator.parts), or None where none answers."""
    parts: list[dict[str, object]] | None = _told(endpoint, "parts", timeout_seconds)
    return parts


def folder_of(endpoint: str, timeout_seconds: float = 5) -> Path | None:
    """Where the emulator that answers there writes: a container's in the container. None where none says."""
    told = _told(endpoint, "folder", timeout_seconds)
    folder = told.get("folder") if isinstance(told, dict) else None
    return Path(folder) if folder else None


def _told(endpoint: str, resource: str, timeout_seconds: float) -> Any:
    """What the extension answers of itself at /_lab/`resource`; None where no emulator of ours answers."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_lab/{resource}", timeout=timeout_seconds) as answer:  # nosec B310
            return json.load(answer)
    except (OSError, ValueError):
        return None


def is_whole(emulator: EmulatorProcess, within_seconds: float = 0) -> bool:
    """Whether it answers and every part of the extension is loaded, now or within so many seconds."""
    deadline = time.monotonic() + within_seconds
    while (parts := parts_of(emulator.endpoint)) is None:
        if time.monotonic() >= deadline or not emulator.alive():
            return False
        time.sleep(0.5)
    return bool(parts) and all(part["loaded"] for part in parts)


def stop(emulator: EmulatorProcess) -> None:
    """End LocalStack and every function process it started, at once: by SIGKILL.

    Nothing is kept for the next start, so there is nothing to finish: after SIGTERM LocalStack takes its time
    to join pollers and to report its use, and what it wrote is removed after it.
    Raises EmulatorFailed where a process of the group outlives even that.
    """
    functions = _frozen(emulator.pid)  # in groups of their own, so their numbers are noted first
    _signal_group(emulator.pid, signal.SIGKILL)
    background_process.collect(emulator.pid)
    _await_end(emulator.pid, functions)


def _environment(port: int, state_dir: Path, speed: float | None) -> dict[str, str]:
    told = {} if speed is None else {VARIABLE: f"{speed:g}"}
    own = {"LAB_PORT": str(port), "LAB_STATE_DIR": str(state_dir), "PYTHONUNBUFFERED": "1"}
    return plain_environment() | told | own


def _refuse_missing(parts: list[dict[str, object]]) -> None:
    missing = [f"{part['name']}: {part.get('error', 'not loaded')}" for part in parts if not part["loaded"]]
    if missing:
        raise EmulatorFailed("parts of the emulator did not load: " + "; ".join(missing), hint=SETUP_HINT)


def _last_lines(log_path: Path, count: int = 15) -> str:
    lines = log_path.read_text(errors="replace").splitlines()[-count:]
    return f"the end of {log_path}:\n" + "\n".join(lines)


def _await_end(group: int, functions: list[int], timeout_seconds: float = 60) -> None:
    for pid in filter(runs_emulator, functions):
        with contextlib.suppress(ProcessLookupError):  # ended since it was looked at
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + timeout_seconds
    while left := [*members_of_group(group), *filter(runs_emulator, functions)]:
        if time.monotonic() > deadline:
            raise EmulatorFailed(f"processes {left} did not end", hint="end them by hand: kill -9 PID")
        time.sleep(0.05)


def _frozen(leader: int) -> list[int]:
    """The processes that LocalStack started. They and it are stopped, so that none starts another."""
    _signal_group(leader, signal.SIGSTOP)
    frozen: set[int] = set()
    while new := {*filter(runs_emulator, descendants(leader))} - frozen:
        for pid in new:
            with contextlib.suppress(ProcessLookupError):  # ended since it was looked at
                os.kill(pid, signal.SIGSTOP)
        frozen |= new
    return [*frozen]


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return  # already gone
