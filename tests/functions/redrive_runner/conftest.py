"""A job, its runner, and the four places that it works between."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from functions.common.clock import Deadline, system_clock
from functions.redrive.dead_letters import IngestionDlq, LetterFailures
from functions.redrive.job import RedriveJob
from functions.redrive.job_table import RedriveJobs
from functions.redrive.parameters import start_parameters
from functions.redrive_runner.job_lease import JobLease
from functions.redrive_runner.letter_moves import Destination, Removal
from functions.redrive_runner.parking import Parking
from functions.redrive_runner.runner import Runner
from tests.functions.conftest import Aws
from tests.functions.doubles import FakeClock
from tests.functions.redrive.dead_letters import DeadLetters


class Overridden:
    """A client of which some operations are the test's."""

    def __init__(self, client: Any, **operations: Callable[..., Any]) -> None:
        self._client = client
        self._operations = operations

    def __getattr__(self, name: str) -> Any:
        return self._operations.get(name) or getattr(self._client, name)


class OneAtATime:
    """A client whose calls wait for each other: moto's queues hand a message to two threads at once."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._client, name)

        def call(**parameters: Any) -> Any:
            with self._lock:
                return operation(**parameters)

        return call


@dataclass
class Workshop:
    """`lease_clock` measures leases; the ages of letters go by the real time, as moto stamps them."""

    aws: Aws
    letters: DeadLetters
    lease_clock: FakeClock
    sqs: Any
    called_again: list[str] = field(default_factory=list)

    @property
    def jobs(self) -> RedriveJobs:
        return RedriveJobs(self.aws.dynamodb, self.aws.jobs_table_name, self.lease_clock)

    def queue(self, **parameters: Any) -> RedriveJob:
        """A job that waits for its runner."""
        return self.jobs.create(start_parameters(parameters))

    def lease(self, job: RedriveJob) -> JobLease:
        return JobLease.of(self.aws.dynamodb, self.aws.jobs_table_name, self.lease_clock, job.job_id)

    def runner(self) -> Runner:
        sqs, aws = self.sqs, self.aws
        return Runner(
            dead_letters=IngestionDlq(sqs, aws.dlq_url),
            main_queue=Destination(sqs, aws.queue_url),
            parking=Parking(Destination(sqs, aws.parked_url), aws.dynamodb, aws.table_name, system_clock),
            removal=Removal(sqs, aws.dlq_url),
            failures=LetterFailures(aws.dynamodb, aws.table_name),
            clock=system_clock,
            call_again=self.called_again.append,
        )

    def invoke(self, job: RedriveJob, remaining_ms: Callable[[], int] = lambda: 900_000) -> RedriveJob:
        """Run the job as one invocation would, and return it as it is afterwards."""
        self.runner().run(self.lease(job), Deadline(remaining_ms))
        return self.jobs.find(job.job_id)

    def run(self, **parameters: Any) -> RedriveJob:
        """A new job, carried out."""
        return self.invoke(self.queue(**parameters))

    def overriding(self, **operations: Callable[..., Any]) -> "Workshop":
        """The same workshop with some operations of SQS replaced."""
        return replace(self, sqs=Overridden(self.sqs, **operations))

    def main_messages(self) -> list[Any]:
        return self.aws.receive_all(self.aws.queue_url)

    def parked_messages(self) -> list[Any]:
        return self.aws.receive_all(self.aws.parked_url)


@pytest.fixture
def shop(aws: Aws, clock: FakeClock) -> Workshop:
    return Workshop(aws, DeadLetters(aws), clock, OneAtATime(aws.sqs))
