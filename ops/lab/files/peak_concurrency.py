"""Concurrency on record: how many attempts ran at once, by when each began and ended.

It is what happened, not what was configured.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.files.processor.checkpoint import FileStatus
from ops.lab.files.file_records import AttemptOnRecord, FileRecords


@dataclass(frozen=True)
class Level:
    """From `at` (epoch milliseconds) on, `running` attempts were at work."""

    at: int
    running: int


def levels(spans: Iterable[tuple[int, int]]) -> list[Level]:
    """The number at work after each change. Where one ends as another begins they do not overlap."""
    changes: dict[int, int] = {}
    for began, ended in spans:
        changes[began] = changes.get(began, 0) + 1
        changes[ended] = changes.get(ended, 0) - 1
    found, running = [], 0
    for at in sorted(changes):
        running += changes[at]
        found.append(Level(at, running))
    return found


def peak(found: Iterable[Level]) -> int:
    """The most attempts that were ever at work at once."""
    return max((level.running for level in found), default=0)


def spans(files: Iterable[FileRecords], now: int) -> list[tuple[int, int]]:
    """When each attempt on those files began and ended, in epoch milliseconds.

    A killed attempt has no end on record: it counts until the last batch that it began or concluded. The
    last attempt of a file that is not done may be at work still: it counts until `now`.
    """
    return [(attempt.started, _end(attempt, file, now)) for file in files for attempt in file.attempts]


def _end(attempt: AttemptOnRecord, file: FileRecords, now: int) -> int:
    if attempt.ended:
        return attempt.ended
    later = [other.started for other in file.attempts if other.started > attempt.started]
    if not later and not _is_done(file):
        return now
    # The next attempt could not begin before the lease of this one had run out.
    until = min(later, default=now)
    signs = [at for batch in file.batches for at in (batch.started, batch.ended)]
    return max((at for at in signs if attempt.started <= at <= until), default=attempt.started)


def _is_done(file: FileRecords) -> bool:
    return file.checkpoint is not None and file.checkpoint.status is not FileStatus.INFLIGHT
