"""The item `lock`, as whoever looks at it sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.files.rounds.control_table import ControlTable

NAME = "lock"


@dataclass(frozen=True)
class LockItem:
    """Who is at work, since when, and how many times the lock has been released.

    `releases` tells whether a start still stands for a look at the queue that is to come: see
    `functions.files.round_starter.starter`.
    """

    owner: str | None
    """ARN of the execution that holds the lock; None if it is free."""
    acquired_at: float
    """Epoch seconds; 0 where nobody holds the lock, or the item does not say."""
    releases: int

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "LockItem":
        """From the item's attributes, which may be missing."""
        acquired_at = item.get("acquiredAt")
        return cls(item.get("owner"), _epoch_seconds(acquired_at), int(item.get("releases", 0)))


def read_lock(table: ControlTable) -> LockItem:
    return LockItem.of(table.read(NAME))


def _epoch_seconds(text: object) -> float:
    """0, so long past, for what is no moment: the owner is then asked about and not believed."""
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0
