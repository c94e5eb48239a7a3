"""Process of an incident: started by `lab incident start`, it holds what is broken until it is over.

Its command line and its environment name no incident: it reads the sealed file.
"""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from ops.lab.app.permission_mode import PermissionMode
from ops.lab.errors import CommandError, Refused
from ops.lab.incidents.folder import IncidentFolder
from ops.lab.local import background_process
from ops.lab.local.child_environment import plain_environment
from ops.lab.local.directory import LabDirectory
from ops.lab.repository import IS_CHECKOUT, WORKPLACE

# By which its command line is told from that of a later owner of its process id.
_COMMAND = ("ops.lab", "incident", "hold")
# To put back what is broken: a mapping alone may take minutes, and the queue has to drain.
_RESTORE_SECONDS = 300.0


@dataclass(frozen=True)
class IncidentProcess:
    """What `lab incident start` recorded."""

    pid: int

    def runs(self) -> bool:
        return background_process.runs(self.pid, " ".join(_COMMAND))


def folder_of(directory: LabDirectory) -> IncidentFolder:
    return IncidentFolder(directory.incident)


def start(directory: LabDirectory) -> IncidentProcess:
    """Start it for what is sealed in the folder, and return at once. It outlives this process."""
    folder = folder_of(directory)
    isolated = () if IS_CHECKOUT else ("-P",)
    descriptor = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as log:
        pid = background_process.start_in_background(
            [sys.executable, *isolated, "-m", *_COMMAND],
            log,
            folder=WORKPLACE,
            environment=plain_environment() | {"LAB_DIR": str(directory.root)},
        )
    running = IncidentProcess(pid)
    folder.put_process(asdict(running))
    return running


def living(directory: LabDirectory) -> IncidentProcess | None:
    """What is recorded and runs."""
    try:
        running = IncidentProcess(**json.loads(folder_of(directory).process_file.read_text()))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None
    return running if running.runs() else None


def refuse_beside_incident(directory: LabDirectory) -> None:
    """Raise Refused while an incident goes on."""
    if living(directory):
        raise Refused("an incident goes on in this lab", hint="end it first: lab incident abandon")


def restore(running: IncidentProcess) -> None:
    """Have it put everything back, and return once it has ended. Raises WaitTimedOut where it does not."""
    with suppress(ProcessLookupError):  # it ended by itself in between
        os.kill(running.pid, signal.SIGCONT)  # one that was stopped, as by Ctrl-Z, heeds no other signal
    background_process.end(
        running.pid,
        running.runs,
        within=_RESTORE_SECONDS,
        afterwards=", and take a fresh lab: lab reset",
    )


def drop(directory: LabDirectory) -> int | None:
    """End it without putting anything back: the lab that it broke goes too. Return its process id, None where
    no incident goes on. One whose process is gone already has ended with that, too."""
    running = living(directory)
    if running is not None:
        background_process.end(running.pid, running.runs, by=signal.SIGKILL)
    # A record that cannot be read must not be in the way of whoever takes the lab down.
    with suppress(CommandError):
        _close(folder_of(directory))
    for path in directory.clients.glob("*"):  # nobody sends by these settings any more
        path.unlink()
    return None if running is None else running.pid


def permissions_before(directory: LabDirectory) -> PermissionMode | None:
    """The mode of permissions before the incident that has not put its changes back; None without one."""
    folder = folder_of(directory)
    sealed = folder.sealed()
    with suppress(CommandError, ValueError):
        if sealed is not None and sealed.permissions is not None and folder.watch().ended is None:
            return PermissionMode(sealed.permissions)
    return None


def _close(folder: IncidentFolder) -> None:
    """Note that nothing of the incident is left, unless it is over: given up, where it had not recovered."""
    if folder.sealed() is None:
        return
    with folder.one_command():
        attendee, watch = folder.attendee(), folder.watch()
        now = round(time.time() - attendee.started_at, 1)
        if watch.ended is not None:
            return
        if watch.recovered is None and attendee.abandoned is None:
            folder.put_attendee(replace(attendee, abandoned=now))
        folder.put_watch(replace(watch, ended=now))
