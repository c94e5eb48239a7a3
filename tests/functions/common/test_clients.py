"""The clients' circuits: what counts against a service, through the real SDK over moto."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from functions.common import clients
from functions.common.circuits import Circuit
from functions.common.clients import guarded
from functions.common.errors import CircuitOpen
from tests.functions.conftest import Aws
from tests.functions.doubles import FakeClock, LogSink, client_error

FAIL_MAX = 2


@pytest.fixture
def circuit(clock: FakeClock) -> Circuit:
    return Circuit("DynamoDB", fail_max=FAIL_MAX, reset_seconds=30, clock=clock, logger=LogSink().logger)


@pytest.fixture
def client(aws: Aws, circuit: Circuit) -> Any:
    return guarded(boto3.client("dynamodb"), circuit)


def outage(**_: Any) -> None:
    raise client_error("InternalServerError", 500)


def test_operations_go_through_the_circuit(client: Any, circuit: Circuit, aws: Aws) -> None:
    client.meta.events.register("before-send.dynamodb.GetItem", outage)
    for _ in range(FAIL_MAX):
        with pytest.raises(ClientError, match="InternalServerError"):
            client.get_item(TableName=aws.table_name, Key={"idempotencyKey": {"S": "k"}})
    with pytest.raises(CircuitOpen):
        client.put_item(TableName=aws.table_name, Item={"idempotencyKey": {"S": "k"}})
    assert aws.item("k") is None


def test_a_failed_condition_a_missing_table_and_a_wrong_call_are_no_outage(client: Any, aws: Aws) -> None:
    item = {"TableName": aws.table_name, "Item": {"idempotencyKey": {"S": "k"}}}
    client.put_item(**item)
    for _ in range(2 * FAIL_MAX):
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            client.put_item(**item, ConditionExpression="attribute_not_exists(idempotencyKey)")
        with pytest.raises(ClientError, match="ResourceNotFound"):
            client.put_item(**item | {"TableName": "missing"})
        with pytest.raises(ParamValidationError):
            client.put_item(TableName=aws.table_name)


def test_the_rest_of_the_client_is_as_it_was(client: Any) -> None:
    assert client.meta.service_model.service_name == "dynamodb"
    assert client.exceptions.ConditionalCheckFailedException


@pytest.mark.parametrize("make", [clients.sqs, clients.dynamodb, clients.events])
def test_every_service_that_the_pipeline_writes_to_is_guarded(
    make: Any, monkeypatch: pytest.MonkeyPatch, circuit: Circuit
) -> None:
    for name in ("sqs", "dynamodb", "eventbridge"):
        monkeypatch.setattr(f"functions.common.circuits.{name}", lambda: circuit)
    monkeypatch.setattr(circuit, "call", lambda operation: f"guarded {operation.__name__}")
    client = make.__wrapped__()
    for operation in client.meta.method_to_api_mapping:
        assert getattr(client, operation)() == f"guarded {operation}"


def test_a_call_names_the_sdk_and_the_lab(aws: Aws) -> None:
    named: list[str] = []
    table: Any = clients.dynamodb()
    table.meta.events.register(
        "before-send.dynamodb.GetItem", lambda request, **_: named.append(request.headers["User-Agent"])
    )
    table.get_item(TableName=aws.table_name, Key={"idempotencyKey": {"S": "k"}})
    [agent] = [name.decode() if isinstance(name, bytes) else name for name in named]
    assert agent.startswith(f"Boto3/{boto3.__version__} Botocore/")
    assert "ingestion-lab" in agent
