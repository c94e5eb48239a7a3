"""The S3 pipeline at one moment, for whoever watches it."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ops.lab.app.target import Target
from ops.lab.files import files_table, variables
from ops.lab.files.control import Control, control
from ops.lab.files.file_records import Checkpoint, Status
from ops.lab.files.queues import Backlog, backlog

_FAILURES_KEPT = 5


@dataclass(frozen=True)
class Snapshot:
    """`rows` delivered so far, by all files together; `failures` are the latest, newest first.

    `taken` is a reading of time.monotonic().
    """

    taken: float
    backlog: Backlog
    control: Control
    max_concurrency: int
    reserved_concurrency: int | None
    running: tuple[str, ...]
    files: Counter[Status]
    rows: int
    rows_rejected: int
    failures: tuple[Checkpoint, ...] = field(default=())

    def rows_per_second(self, before: "Snapshot | None") -> float | None:
        """Since the snapshot before; None for the first."""
        if before is None or self.taken <= before.taken:
            return None
        return (self.rows - before.rows) / (self.taken - before.taken)


def snapshot(target: Target) -> Snapshot:
    """About ten calls, and a scan of the files table."""
    files = files_table.all_checkpoints(target)
    return Snapshot(
        taken=time.monotonic(),
        backlog=backlog(target),
        control=control(target),
        max_concurrency=variables.scaler(target).max_concurrency,
        reserved_concurrency=_reserved(target),
        running=_running(target),
        files=Counter(file.status for file in files),
        rows=sum(file.rows_delivered for file in files),
        rows_rejected=sum(file.rows_rejected for file in files),
        failures=_latest_failures(files),
    )


def _latest_failures(files: Sequence[Checkpoint]) -> tuple[Checkpoint, ...]:
    failed = [file for file in files if file.error_type and file.status is not Status.SUCCEEDED]
    return tuple(sorted(failed, key=lambda file: file.updated, reverse=True)[:_FAILURES_KEPT])


def _reserved(target: Target) -> int | None:
    answer = target.functions.get_function_concurrency(FunctionName=target.output("CsvFunctionName"))
    return answer.get("ReservedConcurrentExecutions")


def _running(target: Target) -> tuple[str, ...]:
    answer = target.stepfunctions.list_executions(
        stateMachineArn=target.output("CsvStateMachineArn"), statusFilter="RUNNING", maxResults=10
    )
    return tuple(execution["name"] for execution in answer["executions"])
