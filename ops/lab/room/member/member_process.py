"""Process of a room's member: sends in the background until `lab room leave`, and is found by its lock."""

import sys

from ops.lab.errors import CommandError
from ops.lab.local import background_process
from ops.lab.local.child_environment import plain_environment
from ops.lab.local.command_lock import CommandAtWork, at_work
from ops.lab.local.directory import LabDirectory
from ops.lab.repository import IS_CHECKOUT, WORKPLACE
from ops.lab.waiting import eventually

# By which its command line is told from that of a later owner of its process id.
_COMMAND = ("ops.lab", "room", "attend")
_START_SECONDS = 120


def start(directory: LabDirectory) -> CommandAtWork:
    """Start it for the room that this laptop has joined, and return once it is at work.

    Raises CommandError with the end of its log where it ends at once.
    """
    # Not the folder of an installed lab's user before the packages: it may have an `ops` of its own.
    isolated = () if IS_CHECKOUT else ("-P",)
    with directory.room_member_log.open("wb") as log:
        pid = background_process.start_in_background(
            [sys.executable, *isolated, "-m", *_COMMAND],
            log,
            folder=WORKPLACE,
            environment=plain_environment() | {"LAB_DIR": str(directory.root)},
        )

    def working() -> CommandAtWork | None:
        if not background_process.runs(pid, " ".join(_COMMAND)):
            background_process.collect(pid)
            said = directory.room_member_log.read_text(errors="replace")[-2000:]
            raise CommandError("the process that sends ended while starting", hint=said.strip())
        return at_work(directory.room_member_lock_file)

    found = eventually(working, within=_START_SECONDS, every=0.05, what="the start of what sends")
    assert found is not None
    return found


def living(directory: LabDirectory) -> CommandAtWork | None:
    """The process that sends, in the background or in another terminal; None where none does."""
    return at_work(directory.room_member_lock_file)


def stop(working: CommandAtWork) -> None:
    """End it. Raises WaitTimedOut where it does not end."""
    background_process.end(working.pid, lambda: background_process.runs(working.pid, "room"))
