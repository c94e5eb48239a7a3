"""Concurrency of a pipeline, an item of the control table: files processed at a time, and past readings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.common.logs import get_logger
from functions.files.rounds.control_table import ControlTable

CONCURRENCY = "concurrency"  # the item in the control table


@dataclass(frozen=True)
class Bounds:
    """What the concurrency stays within, and where it begins."""

    minimum: int
    maximum: int
    initial: int

    def clamp(self, value: int) -> int:
        # 0 means no limit at all to a Map state, and no invocation at all to Lambda.
        return max(1, self.minimum, min(value, self.maximum))


@dataclass(frozen=True)
class Concurrency:
    """`current`, and the readings below it since the last that was not: oldest first."""

    current: int
    low_readings: tuple[int, ...] = ()

    @classmethod
    def of(cls, item: Mapping[str, Any], bounds: Bounds) -> "Concurrency":
        """From the item's attributes, within the bounds: these may have changed, or the item be corrupt."""
        current, readings = item.get("current", bounds.initial), item.get("lowReadings", [])
        if not _is_int(current) or not isinstance(readings, list) or not all(map(_is_int, readings)):
            get_logger().warning("concurrency unreadable", item=str(item))
            current, readings = bounds.initial, []
        return cls(bounds.clamp(current), tuple(map(bounds.clamp, readings)))

    def as_attributes(self) -> dict[str, Any]:
        return {"current": self.current, "lowReadings": list(self.low_readings)}


def read_concurrency(table: ControlTable, bounds: Bounds) -> Concurrency:
    return Concurrency.of(table.read(CONCURRENCY), bounds)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
