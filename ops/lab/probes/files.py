"""What the files table and the DLQ say about the files of a drill."""

from collections.abc import Sequence

from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.target import Target
from ops.lab.files import file_records
from ops.lab.files.dead_letter_queue import FileDeadLetterQueue


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
