"""One staggered pipeline's resources, as moto and a Step Functions of the test's own play them."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from functions.common import clients
from functions.common.clock import Clock
from functions.files.rounds.control_table import ControlChanger
from functions.files.rounds.lock import ExecutionStatus, LockItem, RoundLock, read_lock
from tests.functions.doubles import client_error

MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:round"


def execution_arn(name: str) -> str:
    return f"{MACHINE.replace('stateMachine', 'execution')}:{name}"


@dataclass
class FakeStepFunctions:
    """STANDARD executions, by name: StartExecution and DescribeExecution as their API reference has it."""

    status: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fault: Exception | None = None
    """What is raised instead of an answer."""

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:
        assert (stateMachineArn, input) == (MACHINE, "{}")
        self._called("StartExecution")
        arn = execution_arn(name)
        if self.status.setdefault(arn, "RUNNING") != "RUNNING":
            raise client_error("ExecutionAlreadyExists")
        return {"executionArn": arn}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:
        self._called("DescribeExecution")
        if not executionArn.startswith("arn:"):
            raise client_error("InvalidArn")
        if executionArn not in self.status:
            raise client_error("ExecutionDoesNotExist")
        return {"status": self.status[executionArn]}

    def _called(self, operation: str) -> None:
        self.calls.append(operation)
        if self.fault:
            raise self.fault

    def begin(self, name: str) -> str:
        """An execution that somebody else has started."""
        self.status[execution_arn(name)] = "RUNNING"
        return execution_arn(name)

    def end(self, arn: str, status: str = "SUCCEEDED") -> None:
        self.status[arn] = status


@dataclass
class Pipeline:
    """The control table, the queue, and who works on it."""

    clock: Clock
    queue_url: str
    table: ControlChanger
    stepfunctions: FakeStepFunctions = field(default_factory=FakeStepFunctions)

    @property
    def executions(self) -> ExecutionStatus:
        return ExecutionStatus(self.stepfunctions, self.clock)  # type: ignore[arg-type]  # two operations of many

    def lock(self) -> RoundLock:
        return RoundLock(self.table.dynamodb, self.table.table_name, self.executions, self.clock)

    def lock_item(self) -> LockItem:
        return read_lock(self.table)

    def arrive(self, key: str = "incoming/a.csv") -> None:
        """A file's event is in the queue."""
        clients.sqs().send_message(QueueUrl=self.queue_url, MessageBody=s3_event(key))

    def receive(self) -> list[Any]:
        """As the state machine does: what it gets is hidden from then on."""
        return (
            clients.sqs()
            .receive_message(
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=600,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            .get("Messages", [])
        )


def new_pipeline(clock: Clock) -> Pipeline:
    suffix = uuid.uuid4().hex
    clients.dynamodb().create_table(
        TableName=f"control-{suffix}",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
    )
    url = clients.sqs().create_queue(QueueName=f"files-{suffix}")["QueueUrl"]
    return Pipeline(clock, url, ControlChanger(clients.dynamodb(), f"control-{suffix}"))


def s3_event(key: str, **object_: Any) -> str:
    """As EventBridge puts it into a queue."""
    described = {"key": key, "size": 5, "etag": "e1", "version-id": "v1", "sequencer": "1", **object_}
    detail = {"version": "0", "bucket": {"name": "files"}, "object": described, "reason": "PutObject"}
    return json.dumps({"version": "0", "source": "aws.s3", "detail-type": "Object Created", "detail": detail})
