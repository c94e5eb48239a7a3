"""`lab reset`: the lab as its last deployment left it."""

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace

from ops.lab.app import deployed_state, permission_mode, queue_depth
from ops.lab.app.target import Target
from ops.lab.confirmation import YesOption, confirm_first
from ops.lab.console.changes.action_journal import note_of_terminal
from ops.lab.errors import Refused
from ops.lab.incidents import incident_process
from ops.lab.local import running_lab
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.options import JsonOption, TargetName, choose
from ops.lab.sinks import sinks_process
from ops.lab.terminal import escape, out


@dataclass(frozen=True)
class QueuedMessages:
    """How many messages the queues hold, in flight and delayed ones too: a reset throws them away."""

    main: int
    dlq: int
    parked: int

    @classmethod
    def of(cls, target: Target) -> "QueuedMessages":
        return cls(
            queue_depth.main_queue(target).total,
            queue_depth.dead_letter_queue(target).total,
            queue_depth.parking_queue(target).total,
        )

    def __str__(self) -> str:
        return f"{self.main} messages of the queue, {self.dlq} of the DLQ and {self.parked} that are parked"


def reset(
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take the lab back to how its last deployment left it, and empty: in seconds, with the same addresses.

    Messages, items, files, logs, metrics, traces, mails and redrive jobs are gone, alarms begin anew, and
    what was set by hand is as the stacks have it: failure mode, levers, code, permissions, rules, filters.
    The port, the console, --speed and --iam stay. An incident ends, and --iam is as before it. Refused
    beside a drill, and beside `lab up --watch`.
    """
    directory = lab_directory()
    target = choose(TargetName.RUNNING)  # before the lock: where no lab is up it looks who holds that
    with ExitStack() as held:
        # Of all that changes the lab, and must neither be half-done nor go on as if nothing had happened.
        for path in (directory.lock_file, directory.watch_lock_file, directory.redrive_lock_file):
            held.enter_context(exclusively(path))
        _reset(directory, target, yes, as_json)


def _reset(directory: LabDirectory, target: Target, yes: bool, as_json: bool) -> None:
    endpoint = target.endpoint or ""
    kept_at = deployed_state.kept_at(endpoint)
    if kept_at is None:
        raise Refused(deployed_state.reason_of_none(), hint="deploy to it, and keep its data: lab up")
    queued = QueuedMessages.of(target)
    question = f"Throw away {queued}, every item, file, log, metric and trace, and what was set by hand?"
    confirm_first(question, yes=yes, otherwise="nothing was reset")
    began = time.monotonic()
    permissions = incident_process.permissions_before(directory)
    ended = incident_process.drop(directory)  # what it broke goes, and its clients' orders too
    seconds_away = deployed_state.reset(endpoint)
    note_of_terminal(target, "Reset", "lab reset", f"gone are {queued}")
    if permissions is not None:  # the one thing that an incident changes and a reset keeps
        permission_mode.set_mode(endpoint, permissions)
    if sinks := sinks_process.living(directory):
        sinks.client.forget()
    lab = running_lab.living(directory.state_file)
    if lab is not None and lab.swapped:
        running_lab.save(directory.state_file, replace(lab, swapped=False))
    seconds = time.monotonic() - began
    if as_json:
        gone = {"main": queued.main, "dlq": queued.dlq, "parked": queued.parked}
        told = {"keptAt": kept_at, "seconds": seconds, "secondsAway": seconds_away, "messages": gone}
        print(json.dumps(told, indent=2))
        return
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(kept_at))
    out().print(f"[green]✓[/] the lab is as deployed at {when}, and empty  [cyan]{seconds:.1f} s[/]")
    out().print(f"  gone: {escape(str(queued))}", soft_wrap=True)
    if ended:
        out().print(f"  ended the incident (process {ended})")
