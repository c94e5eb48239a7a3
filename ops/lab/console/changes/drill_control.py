"""Control of drills: starts `lab drill run` as a process of its own, follows it by its file, stops it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ops.lab.drills.journal import Phase
from ops.lab.drills.progress import DrillProgress, read_progress
from ops.lab.errors import Refused
from ops.lab.local import background_process
from ops.lab.local.command_lock import at_work
from ops.lab.local.process_table import command_line
from ops.lab.repository import REPOSITORY

_MODULE = "ops.lab"
# Of what a drill wrote that ended before it began.
_LAST_CHARACTERS = 2000
_NO_DRILL = "no drill is under way"


class DrillStage(StrEnum):
    """How far a drill is. `broken off` has no verdict: its process is gone, and nobody holds the lock."""

    NONE = "none yet"
    STARTING = "starting"
    NOT_STARTED = "not started"
    UNDER_WAY = "under way"
    ENDED = "ended"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True)
class FollowedDrill:
    """`progress` is that of the latest drill, wherever it was started.

    `said` is what one wrote that did not start. `stopping` is true from when it was told to stop to its end.
    """

    stage: DrillStage
    name: str = ""
    progress: DrillProgress | None = None
    said: str = ""
    stopping: bool = False

    @property
    def is_at_work(self) -> bool:
        return self.stage in (DrillStage.STARTING, DrillStage.UNDER_WAY)


@dataclass(frozen=True)
class _Launch:
    name: str
    pid: int
    at: float


class DrillControl:
    """Of one target. `lock` is what its drills hold, `progress` the file that they write, `log` the output of
    those that are started here.

    `options` name target and reports to `lab drill run`; `environment` is what the process gets.
    """

    def __init__(
        self,
        *,
        lock: Path,
        progress: Path,
        log: Path,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._lock = lock
        self._progress = progress
        self._log = log
        self._options = tuple(options)
        # The module is found wherever the process works: in the console's folder, where `.lab` is.
        self._environment = dict(environment or {}) | {"PYTHONPATH": str(REPOSITORY)}
        self._starting = threading.Lock()
        self._launched: _Launch | None = None
        self._stopped_pid = 0

    def follow(self) -> FollowedDrill:
        """The latest drill as it is now. Reads two small files, and calls no API."""
        progress, launched = read_progress(self._progress), self._launched
        if launched is not None and (progress is None or progress.started_at < launched.at):
            if background_process.runs(launched.pid, _MODULE):
                return FollowedDrill(DrillStage.STARTING, launched.name)
            return FollowedDrill(DrillStage.NOT_STARTED, launched.name, said=self._said())
        if progress is None:
            return FollowedDrill(DrillStage.NONE)
        if progress.verdict is not None:
            return FollowedDrill(DrillStage.ENDED, progress.drill, progress)
        stage = DrillStage.UNDER_WAY if self._holds_lock(progress.pid) else DrillStage.BROKEN_OFF
        return FollowedDrill(stage, progress.drill, progress, stopping=self._stopped_pid == progress.pid)

    def launch(self, name: str) -> int:
        """Start the drill, which outlives the console; return its process id. Raises Refused beside one."""
        with self._starting:
            if self.follow().is_at_work:
                raise Refused("a drill is under way already", hint="wait for its end, or stop it")
            self._log.parent.mkdir(parents=True, exist_ok=True)
            arguments = [sys.executable, "-m", _MODULE, "drill", "run", name, *self._options]
            at = time.time()
            with self._log.open("wb") as log:
                pid = background_process.start_in_background(arguments, log, environment=self._environment)
            self._launched = _Launch(name, pid, at)
            return pid

    def stop(self) -> str:
        """Interrupt the drill, which then rolls back, and return its name.

        Raises Refused where none is under way, where its rollback is at work, which a second interrupt would
        end, and where its process is not of this machine.
        """
        with self._starting:
            found = self.follow()
            if found.stage is not DrillStage.UNDER_WAY or found.progress is None:
                raise Refused(_NO_DRILL)
            pid = found.progress.pid
            if found.stopping or found.progress.phase is Phase.ROLLBACK:
                raise Refused("it is ending already: its rollback puts back what it changed")
            if not _is_drill(pid):
                raise Refused(
                    f"process {pid} is not in reach of the console",
                    hint="end it where it was started: Ctrl-C",
                )
            self._stopped_pid = pid
            # SIGTERM means the same to `lab drill run` as Ctrl-C. SIGINT would be lost on a process whose
            # parents were started in the background of a shell, which has it ignored (POSIX, "sh", 2.11).
            os.kill(pid, signal.SIGTERM)
            return found.name

    def _holds_lock(self, pid: int) -> bool:
        """By the lock and not by the process id, which another container does not know."""
        holder = at_work(self._lock)
        return holder is not None and holder.pid == pid

    def _said(self) -> str:
        try:
            return self._log.read_text(encoding="utf-8", errors="replace")[-_LAST_CHARACTERS:].strip()
        except OSError:
            return ""


def _is_drill(pid: int) -> bool:
    return " drill run" in command_line(pid)


def seconds_since(progress: DrillProgress) -> float:
    """The drill's own clock now: seconds since it began."""
    return max(0.0, time.time() - progress.started_at)
