"""One reading of the queue, and what follows from it."""

from dataclasses import dataclass
from typing import Any

from functions.common.clock import Clock, iso8601
from functions.common.logs import get_logger
from functions.files.rounds.concurrency import NAME, Concurrency, read_concurrency
from functions.files.rounds.control_table import ControlWriter
from functions.files.scaler.reserved import ReservedConcurrency
from functions.files.scaler.rule import Rule


@dataclass(frozen=True)
class Scaler:
    """Sets the concurrency of the Map state, by the item, and of the function, by Lambda."""

    table: ControlWriter
    reserved: ReservedConcurrency
    rule: Rule
    clock: Clock

    def scale(self, depth: int) -> int:
        """The concurrency from now on."""
        now = read_concurrency(self.table, self.rule.bounds)
        then = self.rule.next(now, depth)
        self._apply(now, then, depth)
        if then.current != now.current:
            changed: dict[str, Any] = {"from": now.current, "to": then.current, "depth": depth}
            reason = "queue deeper" if then.current > now.current else "queue shallower"
            get_logger().info("concurrency changed", reason=reason, **changed)
        get_logger().info("concurrency", concurrency=then.current, depth=depth)
        return then.current

    def _apply(self, now: Concurrency, then: Concurrency, depth: int) -> None:
        """The Map never asks for more than Lambda allows: up, Lambda goes first; down, the item.

        A crash in between leaves the two apart. The next run starts from the item, and sets Lambda's value to
        whatever it decides, changed or not.
        """
        if then.current > now.current:
            self.reserved.set(then.current)
        values = {**then.as_attributes(), "depth": depth, "updatedAt": iso8601(self.clock())}
        self.table.write(NAME, values)
        if then.current <= now.current:
            self.reserved.set(then.current)
