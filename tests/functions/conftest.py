"""AWS as moto plays it, and what Lambda hands to a handler."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto import mock_aws

from functions.authorizer import handler as authorizer_handler
from functions.common import circuits, clients
from functions.events import handler as events_handler
from functions.files.processor import handler as csv_processor_handler
from functions.files.round_control import handler as round_control_handler
from functions.files.round_starter import handler as round_starter_handler
from functions.files.scaler import handler as scaler_handler
from functions.idempotency import handler as idempotency_handler
from functions.idempotency.claims import Claims, Verdicts
from functions.ingest import handler as ingest_handler
from functions.ingestion import orchestration
from functions.processor import handler as processor_handler
from functions.publish import handler as publish_handler
from functions.redrive import handler as redrive_handler
from functions.redrive_runner import handler as redrive_runner_handler
from functions.worker import handler as worker_handler
from tests.functions import moto_caches
from tests.functions.doubles import FakeClock
from tests.functions.files.rounds.pipeline import Pipeline, new_pipeline

ORDER = '{"amount":42.5,"orderId":"123"}'
LEASE_SECONDS = 35
TTL_DAYS = 7

_WIRED_ONCE = (
    ingest_handler.router,
    ingest_handler.acceptance,
    worker_handler.attempts,
    worker_handler.workflow_runner,
    orchestration.deployed_orchestration,
    redrive_handler.environment,
    redrive_runner_handler.environment,
    authorizer_handler.api_key,
    publish_handler.publisher,
    idempotency_handler.claims,
    idempotency_handler.verdicts,
    processor_handler.processing,
    events_handler.outcome_events,
    round_control_handler.this_round,
    round_starter_handler.environment,
    round_starter_handler.starter,
    scaler_handler.environment,
    scaler_handler.scaler,
    csv_processor_handler.attempts,
    csv_processor_handler.environment,
    csv_processor_handler.api,
    csv_processor_handler.threads,
    circuits.downstream,  # those of AWS's services stay with the clients, and no test opens them
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Trace no lines in the models: they run thousands of times what other tests cover, and tracing is a
    fifth of their time."""
    if item.path.parent.name.endswith("_model"):
        item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="package", autouse=True)
def mocked_aws() -> Iterator[None]:
    """One moto for this folder, as making clients takes the time; each test has resources of its own.

    Not for the whole session: a moto started inside another one keeps its resources, and other folders
    count on a new account for each test.
    """
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        moto_caches.install(environment)
        yield


@pytest.fixture(autouse=True)
def cold_start(mocked_aws: None) -> None:
    """Each test is a new execution environment."""
    for wired in _WIRED_ONCE:
        wired.cache_clear()


@pytest.fixture(autouse=True)
def short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto has one server, so a short poll misses nothing and saves a second for each empty queue."""
    monkeypatch.setattr("functions.redrive.dead_letters._WAIT_SECONDS", 0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pipeline(cold_start: None, clock: FakeClock) -> Pipeline:
    return new_pipeline(clock)


@dataclass
class Context:
    """The Lambda context: 30 s remain unless a test says otherwise."""

    remaining_ms: int = 30_000
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@pytest.fixture
def context() -> Any:
    return Context()


@dataclass
class Aws:
    """The resources that the stacks would have made."""

    table_name: str
    queue_url: str
    dlq_url: str
    parked_url: str
    jobs_table_name: str
    bus_name: str
    bus_log_url: str
    failure_mode_parameter: str
    secret_arn: str
    sqs: Any = field(default_factory=clients.sqs)
    dynamodb: Any = field(default_factory=clients.dynamodb)
    ssm: Any = field(default_factory=clients.ssm)

    def item(self, key: str) -> dict[str, Any] | None:
        answer = self.dynamodb.get_item(
            TableName=self.table_name, Key={"idempotencyKey": {"S": key}}, ConsistentRead=True
        )
        item: dict[str, Any] | None = answer.get("Item")
        return item

    def set_failure_mode(self, mode: str) -> None:
        self.ssm.put_parameter(Name=self.failure_mode_parameter, Value=mode, Type="String", Overwrite=True)

    def announced(self) -> list[dict[str, Any]]:
        """The events on the bus since the last look, as EventBridge hands them to targets."""
        return [json.loads(message["Body"]) for message in self.receive_all(self.bus_log_url)]

    def receive_all(self, url: str, *, visibility: int = 60) -> list[Any]:
        messages: list[Any] = []
        while batch := self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=visibility,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages"):
            messages += batch
        return messages


@pytest.fixture
def aws(cold_start: None) -> Aws:
    suffix = uuid.uuid4().hex
    return Aws(
        table_name=_table(f"state-{suffix}", key="idempotencyKey"),
        jobs_table_name=_table(f"jobs-{suffix}", key="jobId"),
        queue_url=clients.sqs().create_queue(QueueName=f"main-{suffix}")["QueueUrl"],
        dlq_url=clients.sqs().create_queue(QueueName=f"dead-{suffix}")["QueueUrl"],
        parked_url=clients.sqs().create_queue(QueueName=f"parked-{suffix}")["QueueUrl"],
        bus_name=f"bus-{suffix}",
        bus_log_url=_bus_with_log(f"bus-{suffix}"),
        failure_mode_parameter=f"/{suffix}/failure_mode",
        secret_arn=clients.secretsmanager().create_secret(Name=suffix, SecretString="s3cret")["ARN"],
    )


@pytest.fixture
def claims(aws: Aws) -> Claims:
    return Claims(clients.dynamodb(), aws.table_name, lease_seconds=LEASE_SECONDS, ttl_days=TTL_DAYS)


@pytest.fixture
def verdicts(aws: Aws) -> Verdicts:
    return Verdicts(clients.dynamodb(), aws.table_name, ttl_days=TTL_DAYS)


def _table(name: str, *, key: str) -> str:
    clients.dynamodb().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
    )
    return name


def _bus_with_log(name: str) -> str:
    """A bus whose every event ends in a queue, where tests read what was announced."""
    sqs, events = clients.sqs(), clients.events()
    url = sqs.create_queue(QueueName=f"log-{name}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.create_event_bus(Name=name)
    events.put_rule(Name="all", EventBusName=name, EventPattern='{"source": ["ingestion.lab"]}')
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "log", "Arn": attributes["QueueArn"]}])
    return url
