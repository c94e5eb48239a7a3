"""The wired worker: environment, failure mode and batch together."""

from collections import Counter
from typing import Any

import pytest
from botocore.client import BaseClient

from functions.common.environment import InvalidEnvironmentError, to_variables
from functions.ingestion.environment import WorkerEnvironment
from functions.worker import handler as worker_handler
from functions.worker.handler import handler
from tests.functions.conftest import LEASE_SECONDS, TTL_DAYS, Aws
from tests.functions.doubles import FakeClock
from tests.functions.worker.conftest import MAX_RECEIVE_COUNT, sqs_record


@pytest.fixture
def deployed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    environment = WorkerEnvironment(
        table_name=aws.table_name,
        bus_name=aws.bus_name,
        failure_mode_parameter=aws.failure_mode_parameter,
        failure_mode_cache_seconds=5,
        ttl_days=TTL_DAYS,
        lease_seconds=LEASE_SECONDS,
        max_receive_count=MAX_RECEIVE_COUNT,
        event_schema="v1",
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    return aws


def test_processes_a_batch_in_part(deployed: Aws, context: Any) -> None:
    batch = [
        sqs_record(key="good", message_id="m0"),
        sqs_record("broken", key="bad", message_id="m1"),
        sqs_record(key="good", message_id="m2"),
    ]
    assert handler({"Records": batch}, context) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    good, bad = deployed.item("good"), deployed.item("bad")
    assert good is not None
    assert bad is not None
    assert (good["status"]["S"], bad["status"]["S"]) == ("SUCCEEDED", "FAILED")
    assert len(deployed.announced()) == 1


def test_names_every_record_when_all_failed_rather_than_raise(deployed: Aws, context: Any) -> None:
    batch = [sqs_record("broken", key=f"key-{n}", message_id=f"m{n}") for n in range(3)]
    assert handler({"Records": batch}, context) == {
        "batchItemFailures": [{"itemIdentifier": f"m{n}"} for n in range(3)]
    }


def test_a_batch_of_ten_makes_one_call_for_its_events_and_two_a_record(
    deployed: Aws, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()
    call_aws = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counted(client: BaseClient, operation: str, parameters: Any) -> Any:
        calls[operation] += 1
        return call_aws(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    batch = [sqs_record(key=f"key-{n}", message_id=f"m{n}") for n in range(10)]
    assert handler({"Records": batch}, context) == {"batchItemFailures": []}
    assert calls == {"GetParameter": 1, "PutItem": 10, "PutEvents": 1, "UpdateItem": 10}


@pytest.mark.parametrize(
    ("mode", "error_type"),
    [
        ("poison_payload", "SchemaValidationError"),
        ("downstream_outage", "DownstreamUnavailable"),
    ],
)
def test_honours_the_failure_mode(deployed: Aws, context: Any, mode: str, error_type: str) -> None:
    deployed.set_failure_mode(mode)
    response = handler({"Records": [sqs_record()]}, context)
    assert response["batchItemFailures"] == [{"itemIdentifier": "message-1"}]
    item = deployed.item("key-1")
    assert item is not None
    assert item["errorType"]["S"] == error_type


def test_an_outage_of_the_downstream_opens_its_circuit_and_the_repair_closes_it(
    deployed: Aws, context: Any, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    for module in ("common.circuits", "ingestion.failure_mode_reader"):
        monkeypatch.setattr(f"functions.{module}.system_clock", clock)
    batch = [sqs_record(key=f"key-{n}", message_id=f"m{n}") for n in range(5)]
    deployed.set_failure_mode("downstream_outage")
    assert len(handler({"Records": batch}, context)["batchItemFailures"]) == len(batch)
    tried = [deployed.item(f"key-{n}") is not None for n in range(5)]
    assert tried == [True, True, True, False, False]

    deployed.set_failure_mode("none")
    clock.advance(60)
    assert handler({"Records": batch}, context) == {"batchItemFailures": []}
    assert len(deployed.announced()) == len(batch)


def test_version_2_of_the_schema_refuses_what_version_1_took_and_its_compatible_form_takes_it_again(
    deployed: Aws, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENT_SCHEMA", "v2")
    assert handler({"Records": [sqs_record()]}, context)["batchItemFailures"]
    worker_handler.attempts.cache_clear()
    monkeypatch.setenv("EVENT_SCHEMA", "v2-compatible")
    assert handler({"Records": [sqs_record()]}, context) == {"batchItemFailures": []}
    [event] = deployed.announced()
    assert event["detail"]["currency"] == "USD"


def test_a_missing_variable_stops_the_invocation(
    deployed: Aws, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TABLE_NAME")
    with pytest.raises(InvalidEnvironmentError, match="TABLE_NAME"):
        handler({"Records": [sqs_record()]}, context)
