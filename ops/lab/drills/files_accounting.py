"""Proof of the files pipeline: what became of each file and each of its rows, by the table and the queues."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from functions.files.processor.checkpoint import FileStatus
from ops.lab.app import queue_depth
from ops.lab.drills.declaration import Proof, ProofLine, at_most, equals
from ops.lab.drills.scene import Accepted, DrillLedger, Scene
from ops.lab.files import file_records, function_settings
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.dead_letter_queue import UNKNOWN, FileDeadLetterQueue
from ops.lab.files.delivery_proof import DeliveryProof, prove_delivery
from ops.lab.files.file_records import FileRecords
from ops.lab.files.peak_concurrency import levels, peak, spans
from ops.lab.files.upload import Upload


@dataclass(frozen=True)
class UploadedFile(Accepted):
    """One version of an object; `key` is its identity in the files table. `file` is what it holds: no rows
    where it is no CSV."""

    file: CsvFile

    @classmethod
    def of(cls, upload: Upload, accepted_at: float) -> "UploadedFile":
        return cls(upload.identity, upload.began, accepted_at, upload.file)


def uploaded(ledger: DrillLedger) -> list[UploadedFile]:
    """The files of the ledger, in the order in which S3 took them."""
    return [entry for entry in ledger.accepted if isinstance(entry, UploadedFile)]


@dataclass(frozen=True)
class FilesAccounting:
    """Files by what became of them, and the rows of those that succeeded by the batches on record.

    `set_aside` are FAILED in the table with their reason, and no message stands for them any more.
    `rows_unrecorded` were in two batches without the second one saying so; of `rows_repeated` it does say so,
    after an attempt that was cut off. `peak_concurrency` is the most attempts at work at once by their
    recorded times.
    """

    uploaded: int
    succeeded: int
    dead_lettered: int
    set_aside: int
    rows: int
    rows_missing: int
    rows_beyond: int
    rows_unrecorded: int
    rows_repeated: int
    peak_concurrency: int
    max_concurrency: int
    in_queue: int
    in_dlq: int

    def lines(self, proof: Proof) -> list[ProofLine]:
        """Every line of the proof; it holds if all are met."""
        settled = self.succeeded + self.dead_lettered + self.set_aside
        return [
            ProofLine("files that nobody can account for", self.uploaded - settled, equals(0)),
            ProofLine("files in the DLQ with their reason", self.dead_lettered, equals(proof.dead_letters)),
            ProofLine("files set aside with their reason in the table", self.set_aside, equals(proof.parked)),
            ProofLine("rows of finished files in no delivered batch", self.rows_missing, equals(0)),
            ProofLine("rows delivered that the file does not have", self.rows_beyond, equals(0)),
            ProofLine("rows sent twice without a record of it", self.rows_unrecorded, equals(0)),
            ProofLine(
                "files at work at once, by recorded times",
                self.peak_concurrency,
                at_most(self.max_concurrency),
            ),
            ProofLine("messages left in the queue", self.in_queue, equals(0)),
            ProofLine("messages left in the DLQ", self.in_dlq, equals(proof.dead_letters)),
        ]

    def counted(self) -> dict[str, int]:
        return asdict(self)


def account(scene: Scene, queue: str, dlq: str) -> FilesAccounting:
    """Count now. The table is read after the queues, so that it is the later word on a file."""
    target, files = scene.target, uploaded(scene.ledger)
    in_queue, in_dlq = (queue_depth.depth(target, target.output(url)).total for url in (queue, dlq))
    letters = _explained(FileDeadLetterQueue(target, target.output(dlq))) if in_dlq else set()
    found = file_records.read_records(target, [file.key for file in files])
    succeeded = [file.identity for file in found if _is(file, FileStatus.SUCCEEDED)]
    failed = {file.identity for file in found if _is(file, FileStatus.FAILED) and _has_reason(file)}
    dead_lettered = {file.key for file in files} & letters - set(succeeded)
    rows = _rows(files, found)
    return FilesAccounting(
        uploaded=len(files),
        succeeded=len(succeeded),
        dead_lettered=len(dead_lettered),
        set_aside=len(failed - letters),
        rows=rows.expected,
        rows_missing=rows.missing,
        rows_beyond=rows.beyond,
        rows_unrecorded=rows.overlapping - rows.repeated,
        rows_repeated=rows.repeated,
        peak_concurrency=peak(levels(spans(found, int(time.time() * 1000)))),
        max_concurrency=function_settings.scaler(target).max_concurrency,
        in_queue=in_queue,
        in_dlq=in_dlq,
    )


def _explained(dlq: FileDeadLetterQueue) -> set[str]:
    """The files whose dead letters say why they are there."""
    return {str(letter.identity) for letter in dlq.look() if letter.error_type != UNKNOWN}


def _rows(files: Sequence[UploadedFile], found: Sequence[FileRecords]) -> DeliveryProof:
    """Of those that succeeded: of another file it is not yet said that all rows were delivered."""
    finished = [pair for pair in zip(files, found, strict=True) if _is(pair[1], FileStatus.SUCCEEDED)]
    return sum((prove_delivery(entry.file, file) for entry, file in finished), DeliveryProof())


def _is(file: FileRecords, status: FileStatus) -> bool:
    return file.checkpoint is not None and file.checkpoint.status is status


def _has_reason(file: FileRecords) -> bool:
    return file.checkpoint is not None and bool(file.checkpoint.reason)
