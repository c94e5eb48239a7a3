"""Process of the sinks, started and stopped, and recorded so that every other command finds it."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from ops.lab.errors import CommandError, NotUp, Refused
from ops.lab.local import background_process
from ops.lab.local.child_environment import plain_environment
from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import accepts_connections
from ops.lab.local.start_progress import StartProgress
from ops.lab.repository import REPOSITORY
from ops.lab.sinks.access import Ports
from ops.lab.sinks.client import SinksClient
from ops.lab.waiting import eventually

_MODULE = "ops.lab.sinks"
_START_LIMIT_SECONDS = 900


@dataclass(frozen=True)
class RunningSinks:
    """What `lab sinks start` recorded."""

    pid: int
    control_port: int
    log_path: str

    @property
    def client(self) -> SinksClient:
        return SinksClient(self.control_port)


def start(directory: LabDirectory, ports: Ports, smtp_security: str) -> RunningSinks:
    """Start them and return once they answer; they outlive this process.

    Raises Refused where a port is taken, CommandError with the end of the log where they end at once.
    """
    for name, port in asdict(ports).items():
        if accepts_connections(port):
            raise Refused(
                f"port {port} ({name}) is in use", hint="choose others: lab sinks start --first-port N"
            )
    directory.root.mkdir(parents=True, exist_ok=True)
    options = [f"--{name}={port}" for name, port in asdict(ports).items()]
    with directory.sinks_log.open("wb") as log:
        arguments = [sys.executable, "-m", _MODULE, *options, f"--smtp-security={smtp_security}"]
        pid = background_process.start_in_background(
            arguments, log, folder=REPOSITORY, environment=plain_environment()
        )
    running = RunningSinks(pid, ports.control, str(directory.sinks_log))
    directory.sinks_file.write_text(json.dumps(asdict(running), indent=2))
    progress = StartProgress(pid, directory.sinks_log)
    try:
        eventually(
            lambda: _answers(running, progress),
            within=_START_LIMIT_SECONDS,
            every=0.05,
            what="the sinks' answer",
        )
    except CommandError:
        stop(directory, running)
        raise
    return running


def living(directory: LabDirectory) -> RunningSinks | None:
    """What is recorded and runs; a record whose process has ended is forgotten."""
    try:
        running = RunningSinks(**json.loads(directory.sinks_file.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if background_process.runs(running.pid, _MODULE):
        return running
    directory.sinks_file.unlink(missing_ok=True)
    return None


def found(directory: LabDirectory) -> RunningSinks:
    """What runs. Raises NotUp where nothing does."""
    running = living(directory)
    if running is None:
        raise NotUp("the sinks do not run", hint="start them: lab sinks start")
    return running


def stop(directory: LabDirectory, running: RunningSinks) -> None:
    """End the process and forget it. Raises WaitTimedOut where it does not end."""
    background_process.end(running.pid, lambda: background_process.runs(running.pid, _MODULE))
    directory.sinks_file.unlink(missing_ok=True)


def _answers(running: RunningSinks, progress: StartProgress) -> bool:
    if not background_process.runs(running.pid, _MODULE):
        log = Path(running.log_path)
        raise CommandError("the sinks ended while starting", hint=log.read_text(errors="replace")[-2000:])
    if reason := progress.stuck():
        raise CommandError(f"the sinks' process {reason}", hint=f"see {running.log_path}")
    try:
        return bool(running.client.status())
    except NotUp:
        return False
