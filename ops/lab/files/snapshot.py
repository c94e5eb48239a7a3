"""Snapshot of the files pipeline: its queues, its control table, its rounds and its files at one moment."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from functions.files.processor.checkpoint import FileStatus
from functions.files.rounds import concurrency, pressure
from functions.files.rounds.control_table import ControlTable
from functions.files.rounds.lock import read_lock
from ops.lab.app.queue_depth import QueueDepth, depth
from ops.lab.app.target import Target
from ops.lab.files import file_records, function_settings
from ops.lab.files.file_records import CheckpointOnRecord

_FAILURES_KEPT = 5


@dataclass(frozen=True)
class Backlog:
    """How many messages and events wait where.

    `undelivered`: events that the rule could not bring to a target; `failed_invocations`: asynchronous
    invocations that were given up.
    """

    queue: QueueDepth
    dlq: QueueDepth
    undelivered: int
    failed_invocations: int


def backlog(target: Target) -> Backlog:
    """The depths now: on AWS they lag by up to a minute."""
    return Backlog(
        queue=depth(target, target.output("CsvQueueUrl")),
        dlq=depth(target, target.output("CsvDlqUrl")),
        undelivered=depth(target, target.output("CsvUndeliveredUrl")).total,
        failed_invocations=depth(target, target.output("CsvFailedInvocationsUrl")).total,
    )


@dataclass(frozen=True)
class Control:
    """What the control table says.

    `owner` is the execution that holds the lock, by name; `pressure` is in seconds that every file waits in
    addition. What is not set yet is None.
    """

    owner: str | None
    concurrency: int | None
    pressure: int
    error_rate: float
    latency_milliseconds: float


def control(target: Target) -> Control:
    """The control table now: three reads of one item each."""
    table = ControlTable(target.dynamodb, target.output("CsvControlTableName"))
    felt = table.read(pressure.PRESSURE)
    owner = read_lock(table).owner
    return Control(
        owner=owner.rpartition(":")[2] if owner else None,
        concurrency=table.read(concurrency.CONCURRENCY).get("current"),
        pressure=felt.get("level", 0),
        error_rate=felt.get("errorRate", 0.0),
        latency_milliseconds=felt.get("latencyMilliseconds", 0.0),
    )


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
    files: Counter[FileStatus]
    rows: int
    rows_rejected: int
    failures: tuple[CheckpointOnRecord, ...] = field(default=())

    def rows_per_second(self, before: "Snapshot | None") -> float | None:
        """Since the snapshot before; None for the first."""
        if before is None or self.taken <= before.taken:
            return None
        return (self.rows - before.rows) / (self.taken - before.taken)


def snapshot(target: Target) -> Snapshot:
    """About ten calls, and a scan of the files table."""
    files = file_records.read_all_checkpoints(target)
    return Snapshot(
        taken=time.monotonic(),
        backlog=backlog(target),
        control=control(target),
        max_concurrency=function_settings.scaler(target).max_concurrency,
        reserved_concurrency=_reserved(target),
        running=_running(target),
        files=Counter(file.status for file in files),
        rows=sum(file.rows_delivered for file in files),
        rows_rejected=sum(file.rows_rejected for file in files),
        failures=_latest_failures(files),
    )


def _latest_failures(files: Sequence[CheckpointOnRecord]) -> tuple[CheckpointOnRecord, ...]:
    failed = [file for file in files if file.error_type and file.status is not FileStatus.SUCCEEDED]
    return tuple(sorted(failed, key=lambda file: file.updated, reverse=True)[:_FAILURES_KEPT])


def _reserved(target: Target) -> int | None:
    answer = target.functions.get_function_concurrency(FunctionName=target.output("CsvFunctionName"))
    return answer.get("ReservedConcurrentExecutions")


def _running(target: Target) -> tuple[str, ...]:
    answer = target.stepfunctions.list_executions(
        stateMachineArn=target.output("CsvStateMachineArn"), statusFilter="RUNNING", maxResults=10
    )
    return tuple(execution["name"] for execution in answer["executions"])
