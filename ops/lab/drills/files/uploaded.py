"""Files in a drill's ledger."""

from dataclasses import dataclass

from ops.lab.drills.ledger import Accepted, Ledger
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.upload import Upload


@dataclass(frozen=True)
class UploadedFile(Accepted):
    """One version of an object; `key` is its identity in the files table. `file` is what it holds: no rows
    where it is no CSV."""

    file: CsvFile

    @classmethod
    def of(cls, upload: Upload, accepted_at: float) -> "UploadedFile":
        return cls(upload.identity, upload.began, accepted_at, upload.file)


def uploaded(ledger: Ledger) -> list[UploadedFile]:
    """The files of the ledger, in the order in which S3 took them."""
    return [entry for entry in ledger.accepted if isinstance(entry, UploadedFile)]
