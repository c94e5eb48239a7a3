"""Probes of the files pipeline: what the files table and the DLQ say of files, and what the scaler did."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.files.environment import ScalerEnvironment
from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.files import file_records, function_settings
from ops.lab.files.dead_letter_queue import FileDeadLetterQueue
from ops.lab.probes import logs

_SCALER_STEP = "concurrency changed"


def with_status(target: Target, files: Sequence[str], status: FileStatus) -> int:
    """How many of the files, given by identity, have this status."""
    return sum(found.status is status for found in file_records.read_checkpoints(target, files).values())


def most_attempts(target: Target, files: Sequence[str]) -> int:
    """How often the most stubborn of the files was attempted; 0 before any."""
    return max((found.attempts for found in file_records.read_checkpoints(target, files).values()), default=0)


def resumed(target: Target, files: Sequence[str]) -> int:
    """How many of the files had an attempt end before the file did, and went on where it stopped."""
    return sum(
        any(attempt.outcome == "CONTINUE" for attempt in found.attempts)
        for found in file_records.read_records(target, files)
    )


def dead_letters(target: Target, *, error_type: str = "", saying: str = "") -> int:
    """How many messages of the DLQ have this error type and this text in their reason."""
    return sum(
        (not error_type or letter.error_type == error_type) and saying in letter.reason
        for letter in FileDeadLetterQueue.of(target).look()
    )


def failures_announced(target: Target, since: float) -> int:
    """How many file.failed events the bus delivered to their log group since then (epoch seconds)."""
    pages = target.logs.get_paginator("filter_log_events").paginate(
        logGroupName=target.output("CsvFailedLogGroupName"), startTime=int(since * 1000)
    )
    return sum(len(page["events"]) for page in pages)


@dataclass(frozen=True)
class ScalerStep:
    """One change of how many files are processed at once; `depth` is the queue's, as the scaler read it."""

    before: int
    after: int
    depth: int

    def __str__(self) -> str:
        return f"{self.before} to {self.after} at depth {self.depth}"

    def within(self, limits: ScalerEnvironment) -> bool:
        return limits.min_concurrency <= self.after <= limits.max_concurrency


def scaler_limits(target: Target) -> ScalerEnvironment:
    """Among others, the least and the most files at once."""
    return function_settings.scaler(target)


def scaler_steps(target: Target, since: float) -> list[ScalerStep]:
    """What the scaler logged since then (epoch seconds), oldest first."""
    return [
        ScalerStep(line.fields["from"], line.fields["to"], line.fields["depth"])
        for line in logs.lines(target, FunctionName.CSV_SCALER, since)
        if line.fields and line.fields.get("message") == _SCALER_STEP
    ]
