"""Starter of rounds: starts one, and at most one, however many ask for it.

Two questions decide: is an execution at work that will look at the queue once more before it ends (then it
sees whatever has arrived by now, see `RoundSteps.close`), and has one been started that will?

The second is answered by the execution's name. It contains the number of times that the lock was released, so
all that find the lock free after the same release ask for one name; and StartExecution of a STANDARD
execution whose name runs already returns that one (it is idempotent). Once it has released the lock the
number is another, so an arrival after its last look starts the next. An execution that failed before it had
the lock leaves the number as it was, and its name taken: then the time makes another name.

A burst of arrivals so costs each one GetItem, and each execution environment one call of Step Functions in
`REMEMBERED_SECONDS`. What an arrival can miss thereby (an owner that died just now, a start that failed, a
message that SQS does not count yet) the schedule finds.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.common.clock import Clock
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.files.rounds.control_table import ControlTable
from functions.files.rounds.lock import ExecutionStatus, LockItem, read_lock

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

REMEMBERED_SECONDS = 5


@dataclass
class Debounce:
    """What an execution environment has just found out: one fact at a time, by its name, for some seconds."""

    seconds: float
    clock: Clock
    _fact: str | None = field(default=None, init=False)
    _at: float = field(default=float("-inf"), init=False)

    def knows(self, fact: str) -> bool:
        return fact == self._fact and self.clock() - self._at < self.seconds

    def learn(self, fact: str) -> None:
        self._fact, self._at = fact, self.clock()


@dataclass(frozen=True)
class RoundStarter:
    """Wakes the state machine."""

    table: ControlTable
    execution_status: ExecutionStatus
    stepfunctions: "SFNClient"
    state_machine_arn: str
    clock: Clock
    debounce: Debounce

    def on_arrival(self) -> str | None:
        """ARN of the execution that was started, or that a sibling had started; None if nothing was asked."""
        lock = read_lock(self.table)
        if self.debounce.knows(_state(lock)):
            return None
        started = self._start_unless_at_work(lock)
        self.debounce.learn(_state(lock))
        return started

    def on_schedule(self) -> str | None:
        """The same, trusting nothing that was found out before."""
        return self._start_unless_at_work(read_lock(self.table))

    def _start_unless_at_work(self, lock: LockItem) -> str | None:
        if self.execution_status.at_work(lock):
            return None
        slot = int(self.clock() // REMEMBERED_SECONDS)
        return self._start(f"round-{lock.releases}") or self._start(f"round-{lock.releases}-{slot}")

    def _start(self, name: str) -> str | None:
        """None if an execution of this name has ended already."""
        try:
            answer = self.stepfunctions.start_execution(
                stateMachineArn=self.state_machine_arn,
                name=name,
                input="{}",  # always the same: with another one the name alone would be refused
            )
        except ClientError as error:
            if error_type(error) != "ExecutionAlreadyExists":
                raise
            return None
        get_logger().info("round asked for", execution=answer["executionArn"])
        return answer["executionArn"]


def _state(lock: LockItem) -> str:
    """What was found out holds for this: as soon as the lock is taken or released, it is asked again."""
    return f"{lock.releases} {lock.owner}"
