"""What the files table tells of one invocation: from these times one can see how many ran at once."""

from dataclasses import dataclass
from typing import Any

from functions.files.rounds.files_table import ENTRY, FILE, attempt_entry


@dataclass(frozen=True)
class AttemptRecord:
    """`started_at` is in milliseconds since the epoch. What has no end belongs to a process that died."""

    file: str
    started_at: int
    request_id: str

    def begun(self) -> dict[str, Any]:
        """As plain values of the table."""
        return {
            FILE: self.file,
            ENTRY: attempt_entry(self.started_at, self.request_id),
            "startedAt": self.started_at,
        }

    def ended(self, ended_at: int, outcome: str, rows: int) -> dict[str, Any]:
        """`outcome` is a status of the answer, or the type of the error; `rows` were delivered."""
        return self.begun() | {"endedAt": ended_at, "outcome": outcome, "rows": rows}
