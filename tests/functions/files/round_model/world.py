"""A pipeline whose starters and executions stop before each of their requests to AWS.

The code is the real one from `RoundStarter` and `RoundSteps` on, and the table and the queue are moto's; the
state machine is `machine`'s. SQS is at its best here, since what it counts late only the schedule finds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from functions.common import clients
from functions.files.round_control.batch_in_hand import BatchInHand
from functions.files.round_control.round_steps import RoundSteps
from functions.files.round_starter.starter import REMEMBERED_SECONDS, Debounce, RoundStarter
from functions.files.rounds.concurrency import Bounds
from functions.files.rounds.control_table import ControlChanger, ControlWriter
from functions.files.rounds.lock import ExecutionStatus, RoundLock
from functions.files.rounds.plan import Stagger
from functions.files.rounds.pressure import PressureLimits
from functions.files.rounds.queue_depth import read_depth
from tests.functions.crash_model.process import Process
from tests.functions.crash_model.stepped import Stepped
from tests.functions.doubles import FakeClock
from tests.functions.files.round_model.machine import Machine
from tests.functions.files.rounds.pipeline import (
    MACHINE,
    FakeStepFunctions,
    Pipeline,
    new_pipeline,
)

ENVIRONMENTS = 2  # of the starter, that stay warm
_PROCESS = Process("round", ends_at=float("inf"))


class Paused:
    """A client that holds a stepped caller back before each request."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            Stepped.pause(_PROCESS)
            return getattr(self._client, operation)(**parameters)

        return call


@dataclass
class World:
    """`actors` are the invocations and executions under way; a run is the order in which they are stepped."""

    clock: FakeClock
    pipeline: Pipeline
    actors: list[Stepped] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sqs: Any = Paused(clients.sqs())
        self._dynamodb: Any = Paused(clients.dynamodb())
        self._stepfunctions: Any = Paused(self.stepfunctions)
        self._starters = [self._starter() for _ in range(ENVIRONMENTS)]
        self.machine = Machine(self._round(), self._sqs, self.pipeline.queue_url, self.stepfunctions)
        self._begun: set[str] = set()

    @classmethod
    def new(cls) -> "World":
        clock = FakeClock()
        return cls(clock, new_pipeline(clock))

    @property
    def stepfunctions(self) -> FakeStepFunctions:
        return self.pipeline.stepfunctions

    @property
    def waiting(self) -> int:
        """Messages that nobody has taken."""
        return read_depth(clients.sqs(), self.pipeline.queue_url).visible

    def arrive(self, environment: int = 0) -> Stepped:
        """A file: its message is sent, then the starter is invoked."""
        starter = self._starters[environment]

        def arrival() -> None:
            self._sqs.send_message(QueueUrl=self.pipeline.queue_url, MessageBody="{}")
            starter.on_arrival()

        return self._act(arrival)

    def schedule(self) -> Stepped:
        """A minute is over; as the starter's handler has it."""

        def scheduled() -> None:
            if read_depth(self._sqs, self.pipeline.queue_url).visible:
                self._starters[0].on_schedule()

        return self._act(scheduled)

    def execute(self, name: str) -> Stepped:
        """Somebody starts an execution by hand."""
        arn = self.stepfunctions.begin(name)
        self._begun.add(arn)
        return self._act(lambda: self.machine.run(arn))

    def stop(self, arn: str) -> None:
        """StopExecution: the machine goes no further, and what its function does at the moment is done."""
        self.stepfunctions.end(arn, "ABORTED")

    def step(self, actor: Stepped, requests: int = 1) -> None:
        """Let an actor make so many requests; then begin the executions that it started."""
        actor.step(requests)
        for arn in [arn for arn in self.stepfunctions.status if arn not in self._begun]:
            self.execute(arn.rsplit(":", 1)[-1])
        self.actors = [each for each in self.actors if not each.ended]

    def settle(self) -> None:
        """Let all come to their end, by turns."""
        while self.actors:
            for actor in list(self.actors):
                self.step(actor)

    def _act(self, act: Callable[[], None]) -> Stepped:
        actor = Stepped.begin(act)
        self.actors.append(actor)
        return actor

    def _executions(self) -> ExecutionStatus:
        return ExecutionStatus(self._stepfunctions, self.clock)

    def _starter(self) -> RoundStarter:
        return RoundStarter(
            table=ControlWriter(self._dynamodb, self.pipeline.table.table_name),
            execution_status=self._executions(),
            stepfunctions=self._stepfunctions,
            state_machine_arn=MACHINE,
            clock=self.clock,
            debounce=Debounce(REMEMBERED_SECONDS, self.clock),
        )

    def _round(self) -> RoundSteps:
        name = self.pipeline.table.table_name
        table = ControlChanger(self._dynamodb, name)
        return RoundSteps(
            lock=RoundLock(self._dynamodb, name, self._executions(), self.clock),
            batch=BatchInHand(table, self._sqs, self.pipeline.queue_url, recall_seconds=30),
            table=table,
            sqs=self._sqs,
            queue_url=self.pipeline.queue_url,
            bounds=Bounds(1, 10, 3),
            stagger=Stagger(1_000, 100, 20),
            limits=PressureLimits(0.2, 1_000, 20),
            retry_seconds=5,
            clock=self.clock,
        )
