"""Steps of a round, as its state machine asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.clock import Clock, iso8601
from functions.common.logs import get_logger
from functions.files.round_control.batch_in_hand import BatchInHand
from functions.files.rounds.concurrency import Bounds, read_concurrency
from functions.files.rounds.control_table import ControlWriter
from functions.files.rounds.health import health_of
from functions.files.rounds.lock import RoundLock, read_lock
from functions.files.rounds.plan import Planner, Stagger
from functions.files.rounds.pressure import PRESSURE, PressureLimits, next_level, read_level
from functions.files.rounds.queue_depth import read_depth

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class LockLost(Exception):
    """Another execution took the lock over: this one was not running, or Step Functions said so."""


@dataclass(frozen=True)
class RoundSteps:
    """Answers the state machine, whose `execution` is the ARN of its execution (`$$.Execution.Id`).

    Every step may be repeated: Step Functions retries calls.
    """

    lock: RoundLock
    batch: BatchInHand
    table: ControlWriter
    sqs: "SQSClient"
    queue_url: str
    bounds: Bounds
    stagger: Stagger
    limits: PressureLimits
    retry_seconds: int
    clock: Clock

    def open(self, execution: str) -> dict[str, Any]:
        """Take the lock: `{"granted", "concurrency", "owner"}`, the owner being the one that holds it now."""
        owner = self.lock.take(execution).owner
        granted = owner == execution
        if granted:
            self.batch.recall()  # a former owner's, which was stopped
        concurrency = read_concurrency(self.table, self.bounds).current
        get_logger().info("round opened" if granted else "round not granted", owner=owner)
        return {"granted": granted, "concurrency": concurrency, "owner": owner}

    def plan(self, execution: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """`{"items": […]}` for the messages of one ReceiveMessage. Raises LockLost.

        The last look at the lock before files are processed: an execution that was redriven by hand goes on
        where it stopped, without the lock that it had.
        """
        if (owner := read_lock(self.table).owner) != execution:
            raise LockLost(f"the lock is {owner or 'nobody'}'s by now")
        planner = Planner(
            stagger=self.stagger,
            depth=read_depth(self.sqs, self.queue_url).visible,
            pressure_seconds=read_level(self.table, self.limits, self.clock()),
            round_id=execution.rsplit(":", 1)[-1],
            retry_seconds=self.retry_seconds,
        )
        self.batch.take(messages)
        return {"items": planner.items(messages)}

    def report(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Draw the consequence for the next plan: `{"pressure", "errorRate", "latencyMilliseconds"}`."""
        self.batch.settle()
        health = health_of(results)
        before = read_level(self.table, self.limits, self.clock())
        level = next_level(before, health, self.limits)
        seen: dict[str, Any] = {
            "errorRate": round(health.error_rate, 4),
            "latencyMilliseconds": round(health.latency_milliseconds, 1),
        }
        self.table.write(PRESSURE, {"level": level, **seen, "updatedAt": iso8601(self.clock())})
        if level != before:
            get_logger().info("pressure changed", **{"from": before, "to": level, **seen})
        return {"pressure": level, **seen}

    def close(self, execution: str) -> dict[str, Any]:
        """Release the lock if it is ours, then check whether files wait: `{"more"}`.

        In this order: a file that arrives before the release found the lock taken, so none was started for
        it, and this check finds it; one that arrives after it starts an execution of its own.
        """
        if read_lock(self.table).owner == execution:
            self.batch.recall()  # our own, where its processing failed as a whole
        if not self.lock.release(execution):
            get_logger().info("lock not released", reason="it is not this execution's")
        depth = read_depth(self.sqs, self.queue_url)
        return {"more": depth.visible > 0}
