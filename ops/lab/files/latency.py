"""How long files took, from their upload to their end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.files.file_records import FileRecords, Status
from ops.lab.files.upload import Upload


@dataclass(frozen=True)
class Finished:
    """A file that succeeded: `at` in epoch seconds, after so many `seconds` since its upload began."""

    at: float
    seconds: float


def finished(uploads: Sequence[Upload], found: Sequence[FileRecords]) -> list[Finished]:
    """Those that succeeded, in the order in which they did."""
    ends = [
        Finished(file.checkpoint.finished, file.checkpoint.finished - upload.began)
        for upload, file in zip(uploads, found, strict=True)
        if file.checkpoint is not None and file.checkpoint.status is Status.SUCCEEDED
    ]
    return sorted(ends, key=lambda end: end.at)


def percentile(values: Sequence[float], percent: float) -> float:
    """The least value that so many percent of all do not exceed (nearest rank); 0 where there is none."""
    if not values:
        return 0.0
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(0, rank - 1)]
