"""How far a file has come."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Any

from functions.files.processor.columns import Columns


class FileStatus(StrEnum):
    """FAILED is how the last attempt ended: it is final once the message lies in the dead-letter queue."""

    INFLIGHT = "INFLIGHT"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Layout:
    """What the beginning of a file told of the rest: an attempt that goes on does not read it again."""

    columns: Columns
    is_gzip: bool


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Rows before `next_row` are done with; `byte_offset` is where `next_row` begins, in the unpacked text.

    `owner` fences: who lost its lease cannot move the checkpoint any more. `attempts` counts claims, this one
    included. Without a layout the file is read from its beginning.
    """

    file: str
    owner: str
    attempts: int
    next_row: int
    byte_offset: int
    rows_delivered: int
    rows_rejected: int
    rows_repeated: int
    layout: Layout | None

    @classmethod
    def from_attributes(cls, values: Mapping[str, Any]) -> "Checkpoint":
        """From an item's plain values."""
        columns = values.get("columns")
        return cls(
            file=values["file"],
            owner=values["owner"],
            attempts=values["attempts"],
            next_row=values["nextRow"],
            byte_offset=values["byteOffset"],
            rows_delivered=values["rowsDelivered"],
            rows_rejected=values["rowsRejected"],
            rows_repeated=values["rowsRepeated"],
            layout=Layout(Columns(*columns), values["isGzip"]) if columns else None,
        )

    @staticmethod
    def nothing_done() -> dict[str, Any]:
        """The progress of a file that nobody claimed before, as attributes."""
        return {"nextRow": 1, "byteOffset": 0, "rowsDelivered": 0, "rowsRejected": 0, "rowsRepeated": 0}

    def progress(self) -> dict[str, Any]:
        """What changes from batch to batch, as attributes."""
        layout = self.layout
        return {
            "nextRow": self.next_row,
            "byteOffset": self.byte_offset,
            "rowsDelivered": self.rows_delivered,
            "rowsRejected": self.rows_rejected,
            "rowsRepeated": self.rows_repeated,
        } | ({"columns": list(astuple(layout.columns)), "isGzip": layout.is_gzip} if layout else {})
