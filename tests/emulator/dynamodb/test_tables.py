"""DynamoDB over moto: the guarantees that the worker's claim rests on."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from tests.emulator.conftest import Emulator

THREADS = 16
RACE_SECONDS = 12
MIN_ROUNDS = 20


def _code(raised: pytest.ExceptionInfo[ClientError]) -> str:
    return str(raised.value.response["Error"]["Code"])


def test_one_of_sixteen_threads_wins_every_race_for_a_key(emulator: Emulator, table: str) -> None:
    client = emulator.client("dynamodb")
    start = threading.Barrier(THREADS)

    def claim(key: str) -> bool:
        start.wait()
        try:
            client.update_item(
                TableName=table,
                Key={"pk": {"S": key}},
                UpdateExpression="SET #status = :inflight",
                ConditionExpression="attribute_not_exists(pk)",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={":inflight": {"S": "INFLIGHT"}},
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    winners: list[int] = []
    deadline = time.monotonic() + RACE_SECONDS
    with ThreadPoolExecutor(THREADS) as pool:
        while len(winners) < MIN_ROUNDS or time.monotonic() < deadline:
            winners.append(sum(pool.map(claim, [f"key-{len(winners)}"] * THREADS)))
    assert set(winners) == {1}


def test_a_failed_condition_returns_the_item_that_was_there(emulator: Emulator, table: str) -> None:
    client = emulator.client("dynamodb")
    client.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}})
    for operation, parameters in (
        ("put_item", {"Item": {"pk": {"S": "a"}}}),
        ("update_item", {"Key": {"pk": {"S": "a"}}, "UpdateExpression": "REMOVE n"}),
        ("delete_item", {"Key": {"pk": {"S": "a"}}}),
    ):
        with pytest.raises(ClientError) as raised:
            getattr(client, operation)(
                TableName=table,
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **parameters,
            )
        assert _code(raised) == "ConditionalCheckFailedException"
        assert raised.value.response["Item"] == {"pk": {"S": "a"}, "n": {"N": "1"}}, operation  # type: ignore[typeddict-item]


def test_a_transaction_writes_all_or_nothing(emulator: Emulator, table: str) -> None:
    client = emulator.client("dynamodb")
    client.put_item(TableName=table, Item={"pk": {"S": "taken"}})
    writes = [
        {"Put": {"TableName": table, "Item": {"pk": {"S": "new"}}}},
        {
            "Put": {
                "TableName": table,
                "Item": {"pk": {"S": "taken"}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
    ]
    with pytest.raises(ClientError) as raised:
        client.transact_write_items(TransactItems=writes)
    assert _code(raised) == "TransactionCanceledException"
    reasons = raised.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert "Item" not in client.get_item(TableName=table, Key={"pk": {"S": "new"}})
    client.transact_write_items(TransactItems=writes[:1])
    assert "Item" in client.get_item(TableName=table, Key={"pk": {"S": "new"}})


@pytest.mark.parametrize(
    "number",
    ["0.1", "99999999999999999999999999999999999999", "-12345678901234567890.123456789", "1E-130", "1E+125"],
)
def test_numbers_keep_38_digits_and_compare_as_numbers(emulator: Emulator, table: str, number: str) -> None:
    client = emulator.client("dynamodb")
    item = {"pk": "n", "value": Decimal(number)}
    client.put_item(
        TableName=table, Item={name: TypeSerializer().serialize(value) for name, value in item.items()}
    )
    stored = client.get_item(TableName=table, Key={"pk": {"S": "n"}})["Item"]
    assert TypeDeserializer().deserialize(stored["value"]) == Decimal(number)
    below = {":limit": {"N": str(Decimal(number) - abs(Decimal(number)) / 2)}}
    found = client.scan(
        TableName=table,
        FilterExpression="#v > :limit",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues=below,
    )
    assert found["Count"] == 1


def test_query_scan_and_batch_get_agree(emulator: Emulator, table: str) -> None:
    client = emulator.client("dynamodb")
    keys = [{"pk": {"S": f"k{number}"}} for number in range(25)]
    client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": key}} for key in keys]})
    pages = client.get_paginator("scan").paginate(TableName=table, PaginationConfig={"PageSize": 7})
    assert sorted(item["pk"]["S"] for page in pages for item in page["Items"]) == sorted(
        key["pk"]["S"] for key in keys
    )
    found = client.query(
        TableName=table,
        KeyConditionExpression="pk = :k",
        ExpressionAttributeValues={":k": {"S": "k3"}},
    )
    assert found["Items"] == [keys[3]]
    got = client.batch_get_item(RequestItems={table: {"Keys": [*keys[:3], {"pk": {"S": "absent"}}]}})
    assert len(got["Responses"][table]) == 3


def test_an_item_above_400_kb_is_refused(emulator: Emulator, table: str) -> None:
    client = emulator.client("dynamodb")
    client.put_item(TableName=table, Item={"pk": {"S": "fits"}, "blob": {"S": "x" * 390_000}})
    with pytest.raises(ClientError, match="Item size") as raised:
        client.put_item(TableName=table, Item={"pk": {"S": "big"}, "blob": {"S": "x" * 420_000}})
    assert _code(raised) == "ValidationException"


def test_time_to_live_and_recovery_can_be_set_and_read_back(emulator: Emulator, table: str) -> None:
    client = emulator.client("dynamodb")
    client.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"AttributeName": "expiresAt", "Enabled": True}
    )
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    ttl = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    recovery = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


@pytest.mark.parametrize("operation", ["create_table", "update_table"])
def test_streams_are_refused_rather_than_silently_empty(
    emulator: Emulator, table: str, operation: str
) -> None:
    parameters: dict[str, Any] = {"TableName": table}
    if operation == "create_table":
        parameters = {
            "TableName": f"{table}-streaming",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
    with pytest.raises(ClientError, match="no streams") as raised:
        getattr(emulator.client("dynamodb"), operation)(
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}, **parameters
        )
    assert _code(raised) == "ValidationException"


def test_accounts_and_regions_keep_their_tables_apart(emulator: Emulator, table: str) -> None:
    def tables(region: str, account: str) -> list[str]:
        client = boto3.client(
            "dynamodb",
            endpoint_url=emulator.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
        )
        return client.list_tables()["TableNames"]

    assert table in tables("us-east-1", "000000000000")
    assert table not in tables("eu-west-1", "000000000000")
    assert table not in tables("us-east-1", "111111111111")
