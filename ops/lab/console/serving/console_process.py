"""Process of the console that `lab up` starts: it runs until `lab down`, and is recorded for the others."""

import json
import socket
import sys
from dataclasses import asdict, dataclass

from ops.lab.console.serving.listener import DEFAULT_PORT, address_of, first_free_socket
from ops.lab.errors import Refused
from ops.lab.local import background_process
from ops.lab.local.child_environment import plain_environment
from ops.lab.local.directory import LabDirectory
from ops.lab.local.private_file import write_private
from ops.lab.repository import IS_CHECKOUT, WORKPLACE
from ops.lab.web.listening import new_token, port_of

TOKEN_VARIABLE = "LAB_CONSOLE_TOKEN"
# By which its command line is told from that of a later owner of its process id.
_COMMAND = ("ops.lab", "console")


@dataclass(frozen=True)
class RunningConsole:
    """What `lab up` recorded. Who can read `token` can change the lab by the console."""

    pid: int
    port: int
    token: str
    log_path: str

    @property
    def address(self) -> str:
        """What a person opens."""
        return address_of(self.port, self.token)

    def runs(self) -> bool:
        return background_process.runs(self.pid, " ".join(_COMMAND))


def beside(directory: LabDirectory, given_port: int | None) -> str:
    """Have one run beside the lab; return its address with what there is to say of it, or why none runs.

    It waits for no answer, and raises nothing: a lab without its console is a lab.
    """
    if running := living(directory):
        return running.address
    try:
        with first_free_socket(given_port) as listener:
            running = start(directory, listener)
    except (Refused, OSError) as error:
        hint = getattr(error, "hint", None)
        return f"not started: {error}" + (f"; {hint}" if hint else "")
    taken = given_port is None and running.port != DEFAULT_PORT
    return running.address + (f"  (port {DEFAULT_PORT} is in use)" if taken else "")


def start(directory: LabDirectory, listener: socket.socket, *, lab_port: int | None = None) -> RunningConsole:
    """Start it on a socket that listens, and return at once: who asks before it is ready waits a little.

    It outlives this process. What it says, also why it ended, is in its log. `lab_port` is where the lab
    answers; without it LAB_PORT, as for every command.
    """
    token = new_token()
    directory.root.mkdir(parents=True, exist_ok=True)
    # Not the folder of an installed lab's user before the packages: it may have an `ops` of its own.
    isolated = () if IS_CHECKOUT else ("-P",)
    descriptor = listener.fileno()
    arguments = [*isolated, "-m", *_COMMAND, f"--listener={descriptor}", f"--reports={WORKPLACE / 'reports'}"]
    with directory.console_log.open("wb") as log:
        environment = plain_environment() | {TOKEN_VARIABLE: token, "LAB_DIR": str(directory.root)}
        pid = background_process.start_in_background(
            [sys.executable, *arguments],
            log,
            folder=WORKPLACE,
            environment=environment | ({"LAB_PORT": str(lab_port)} if lab_port else {}),
            handed_on=(descriptor,),
        )
    running = RunningConsole(pid, port_of(listener), token, str(directory.console_log))
    write_private(directory.console_file, asdict(running))
    return running


def living(directory: LabDirectory) -> RunningConsole | None:
    """What is recorded and runs; a record whose process has ended is forgotten."""
    try:
        running = RunningConsole(**json.loads(directory.console_file.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if running.runs():
        return running
    directory.console_file.unlink(missing_ok=True)
    return None


def stop(directory: LabDirectory, running: RunningConsole) -> None:
    """End the process and forget it. Raises WaitTimedOut where it does not end."""
    background_process.end(running.pid, running.runs)
    directory.console_file.unlink(missing_ok=True)
