"""Simulation: uploads files, follows them to their end, and accounts for every row."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.target import Target
from ops.lab.files import file_records
from ops.lab.files.delivery_proof import DeliveryProof, prove_delivery
from ops.lab.files.file_records import FileRecords
from ops.lab.files.following import FailedFile, FollowedFiles, Unfinished, follow
from ops.lab.files.peak_concurrency import levels, peak, spans
from ops.lab.files.upload import FileBatch, Upload, upload_all


@dataclass(frozen=True, kw_only=True)
class SimulationOutcome:
    """The result of a simulation. `proof` counts the rows of those that succeeded, from their batches.

    `peak_concurrency` is the most attempts at work at once by their recorded times; `seconds` count from the
    first upload to the last file's end.
    """

    files_sent: int
    files_succeeded: int
    files_failed: int
    rows_delivered: int
    rows_repeated: int
    rows_rejected: int
    seconds: float
    peak_concurrency: int
    proof: DeliveryProof
    failures: tuple[FailedFile, ...]

    @property
    def files_pending(self) -> int:
        return self.files_sent - self.files_succeeded - self.files_failed

    @property
    def good(self) -> bool:
        """Whether each file succeeded and each of its rows was delivered once."""
        return self.files_succeeded == self.files_sent and self.proof.once

    def as_document(self) -> dict[str, Any]:
        """What a script wants to know."""
        return {
            "files_sent": self.files_sent,
            "files_succeeded": self.files_succeeded,
            "files_failed": self.files_failed,
            "rows_delivered": self.rows_delivered,
            "seconds": self.seconds,
            "rows_repeated": self.rows_repeated,
            "rows_rejected": self.rows_rejected,
            "rows_missing": self.proof.missing,
            "peak_concurrency": self.peak_concurrency,
        }


class Onlooker(Protocol):
    """Is told how a simulation goes."""

    def uploaded(self, upload: Upload) -> None: ...

    def followed(self, now: FollowedFiles) -> None: ...


@dataclass(frozen=True)
class Simulation:
    """`late` where the deadline passed before each file was done: `outcome` is what it was until then."""

    uploads: Sequence[Upload]
    found: Sequence[FileRecords]
    outcome: SimulationOutcome
    late: Unfinished | None


def simulate(
    target: Target, batch: FileBatch, *, workers: int, within: float, onlooker: Onlooker
) -> Simulation:
    """Upload the files, follow them for at most `within` seconds, and account for their rows."""
    uploads = upload_all(target, batch.contents(), workers=workers, on_upload=onlooker.uploaded)
    late = None
    try:
        progress = follow(target, uploads, within=within, on_progress=onlooker.followed)
    except Unfinished as unfinished:
        progress, late = unfinished.progress, unfinished
    found = file_records.read_records(target, [upload.identity for upload in uploads])
    return Simulation(uploads, found, account_for(uploads, found, progress), late)


def account_for(
    uploads: Sequence[Upload], found: Sequence[FileRecords], progress: FollowedFiles
) -> SimulationOutcome:
    """Add up what the table has `found` of the uploads, in their order."""
    checkpoints = [file.checkpoint for file in found if file.checkpoint is not None]
    # The table is the later word: a file that is in the DLQ may have been redriven since.
    succeeded = [file for file in checkpoints if file.status is FileStatus.SUCCEEDED]
    failures = {
        identity: failure
        for identity, failure in progress.failures.items()
        if identity not in {file.identity for file in succeeded}
    }
    return SimulationOutcome(
        files_sent=len(uploads),
        files_succeeded=len(succeeded),
        files_failed=len(failures),
        rows_delivered=sum(file.rows_delivered for file in checkpoints),
        rows_repeated=sum(file.rows_repeated for file in checkpoints),
        rows_rejected=sum(file.rows_rejected for file in checkpoints),
        seconds=_seconds(uploads, found),
        peak_concurrency=peak(levels(spans(found, int(time.time() * 1000)))),
        proof=_proof(uploads, found),
        failures=tuple(failures.values()),
    )


def _proof(uploads: Sequence[Upload], found: Sequence[FileRecords]) -> DeliveryProof:
    total = DeliveryProof()
    for upload, file in zip(uploads, found, strict=True):
        if file.checkpoint is not None and file.checkpoint.status is FileStatus.SUCCEEDED:
            total += prove_delivery(upload.file, file)
    return total


def _seconds(uploads: Sequence[Upload], found: Sequence[FileRecords]) -> float:
    """Until the last attempt's end, or until now where there is none."""
    ends = [attempt.ended / 1000 for file in found for attempt in file.attempts if attempt.ended]
    return round(max(ends, default=time.time()) - min(upload.began for upload in uploads), 2)
