"""Scaler: one reading of the queue, what the concurrency should be by it, and where that is set."""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from functions.common.clock import Clock, iso8601
from functions.common.logs import get_logger
from functions.files.rounds.concurrency import CONCURRENCY, Bounds, Concurrency, read_concurrency
from functions.files.rounds.control_table import ControlWriter

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True)
class ScalingRule:
    """Up at once, down after a while. Hysteresis keeps the concurrency from flapping: it falls only after
    `scale_down_readings` readings in a row that are below it, and then no lower than the highest of these."""

    bounds: Bounds
    files_per_slot: int
    """Waiting files for which one more may be processed at a time."""
    scale_down_readings: int

    def desired(self, depth: int) -> int:
        return self.bounds.clamp(ceil(depth / self.files_per_slot))

    def next(self, now: Concurrency, depth: int) -> Concurrency:
        """The concurrency after one more reading."""
        desired = self.desired(depth)
        if desired >= now.current:
            return Concurrency(desired)
        readings = (*now.low_readings, desired)
        if len(readings) < self.scale_down_readings:
            return Concurrency(now.current, readings)
        return Concurrency(max(readings))


@dataclass(frozen=True)
class ReservedConcurrency:
    """What Lambda holds ready for the processing function, and the most of it that it runs at once."""

    functions: "LambdaClient"
    function_name: str

    def set(self, value: int) -> None:
        """Written only where it is another: a change by hand is put right at the next reading, too."""
        answer = self.functions.get_function_concurrency(FunctionName=self.function_name)
        if answer.get("ReservedConcurrentExecutions") != value:
            self.functions.put_function_concurrency(
                FunctionName=self.function_name, ReservedConcurrentExecutions=value
            )


@dataclass(frozen=True)
class Scaler:
    """Sets the concurrency of the Map state, by the item, and of the function, by Lambda."""

    table: ControlWriter
    reserved: ReservedConcurrency
    rule: ScalingRule
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
        self.table.write(CONCURRENCY, values)
        if then.current <= now.current:
            self.reserved.set(then.current)
