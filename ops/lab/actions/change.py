"""What an action changed."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """`restore` puts back exactly what was there before; calling it again, or after a repair, is harmless."""

    what: str
    restore: Callable[[], object]

    def __str__(self) -> str:
        return self.what
