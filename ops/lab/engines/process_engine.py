"""LocalStack as a process of this machine."""

import os
import signal
from pathlib import Path

from ops.lab.engines.function_process import kill_busy
from ops.lab.errors import EmulatorFailed
from ops.lab.local import emulator_process
from ops.lab.local.emulator_process import EmulatorProcess
from ops.lab.local.ports import free_port

_LAST_LINES = 15


class ProcessEngine:
    """Runs what `lab up` runs, on a free port, writing below `folder`."""

    def __init__(self, folder: Path, *, speed: float = 1) -> None:
        self._folder = folder
        self._speed = speed
        self._emulator: EmulatorProcess | None = None

    def start(self) -> str:
        self._emulator = emulator_process.start(free_port(), self._folder, speed=self._speed)
        emulator_process.wait_until_ready(self._emulator)
        return self._emulator.endpoint

    def stop(self) -> None:
        if self._emulator is not None:
            emulator_process.stop(self._emulator)
            self._emulator = None

    def ailment(self) -> str | None:
        return None if self._started().alive() else f"LocalStack's process {self._started().pid} ended"

    def kill(self) -> None:
        os.kill(self._started().pid, signal.SIGKILL)

    def kill_function(self, function_name: str) -> None:
        kill_busy(function_name, self._started().pid)

    def function_seconds(self) -> int:
        return self._started().function_seconds()

    def log_tail(self) -> str:
        lines = self._started().log_path.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LAST_LINES:])

    def _started(self) -> EmulatorProcess:
        if self._emulator is None:
            raise EmulatorFailed("the emulator was not started")
        return self._emulator
