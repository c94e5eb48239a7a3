"""Which files a simulation uploads, under which keys."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from functions.files.rounds.priority import INCOMING
from ops.lab.files.csv_file import CsvFile


class Priority(StrEnum):
    """A folder under `incoming/`; whatever is in neither is normal."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def folder(self) -> str:
        return INCOMING if self is Priority.NORMAL else f"{INCOMING}{self.value}/"


@dataclass(frozen=True, kw_only=True)
class FileBatch:
    """`files` alike objects in a folder of their own, `prefix`."""

    files: int
    rows: int
    prefix: str
    priority: Priority = Priority.NORMAL
    bad_rows: int = 0
    compressed: bool = False

    @property
    def folder(self) -> str:
        """What all their keys begin with."""
        return f"{self.priority.folder}{self.prefix}/"

    def contents(self) -> list[CsvFile]:
        ending = ".csv.gz" if self.compressed else ".csv"
        return [
            CsvFile(f"{self.folder}{number:06d}{ending}", self.rows, self.bad_rows, self.compressed)
            for number in range(1, self.files + 1)
        ]


def new_prefix() -> str:
    """A folder that no other simulation has."""
    return f"sim-{secrets.token_hex(4)}"
