"""Answers of DynamoDB hold what was asked for, and nothing that was not."""

from typing import Any

import pytest

from tests.emulator.conftest import Emulator

KEY = {"pk": {"S": "a"}}
CHANGE = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
METADATA = "ResponseMetadata"


def answer(emulator: Emulator, operation: str, **parameters: Any) -> dict[str, Any]:
    found = getattr(emulator.client("dynamodb"), operation)(**parameters)
    return {name: value for name, value in found.items() if name != METADATA}


@pytest.mark.parametrize("unasked", [{}, {"ReturnValues": "NONE", "ReturnConsumedCapacity": "NONE"}])
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [("put_item", {"Item": KEY}), ("update_item", {"Key": KEY} | CHANGE), ("delete_item", {"Key": KEY})],
)
def test_a_write_that_asks_for_nothing_is_answered_with_nothing(
    emulator: Emulator, table: str, operation: str, parameters: dict[str, Any], unasked: dict[str, str]
) -> None:
    emulator.client("dynamodb").put_item(TableName=table, Item=KEY)
    assert answer(emulator, operation, TableName=table, **parameters, **unasked) == {}


@pytest.mark.parametrize(
    ("operation", "parameters"), [("put_item", {}), ("update_item", CHANGE), ("delete_item", {})]
)
def test_all_old_returns_the_item_that_was_there_and_nothing_where_there_was_none(
    emulator: Emulator, table: str, operation: str, parameters: dict[str, Any]
) -> None:
    client = emulator.client("dynamodb")
    place = "Item" if operation == "put_item" else "Key"
    request: dict[str, Any] = {"TableName": table, place: KEY, "ReturnValues": "ALL_OLD"} | parameters
    client.delete_item(TableName=table, Key=KEY)
    assert answer(emulator, operation, **request) == {}
    client.put_item(TableName=table, Item=KEY | {"s": {"S": "old"}})
    assert answer(emulator, operation, **request) == {"Attributes": KEY | {"s": {"S": "old"}}}


def test_batches_and_transactions_count_no_capacity_unasked(emulator: Emulator, table: str) -> None:
    put = {"Put": {"TableName": table, "Item": KEY}}
    assert answer(emulator, "transact_write_items", TransactItems=[put]) == {}
    entry = {"PutRequest": {"Item": KEY}}
    written = answer(emulator, "batch_write_item", RequestItems={table: [entry]})
    assert written == {"UnprocessedItems": {}}
    read = answer(emulator, "batch_get_item", RequestItems={table: {"Keys": [KEY]}})
    assert read == {"Responses": {table: [KEY]}, "UnprocessedKeys": {}}


def test_a_small_write_takes_one_unit_where_that_is_asked(emulator: Emulator, table: str) -> None:
    asked = {"TableName": table, "ReturnConsumedCapacity": "TOTAL"}
    one = {"ConsumedCapacity": {"TableName": table, "CapacityUnits": 1.0}}
    assert answer(emulator, "put_item", Item=KEY, **asked) == one
    assert answer(emulator, "update_item", Key=KEY, **CHANGE, **asked) == one
    assert answer(emulator, "delete_item", Key=KEY, **asked) == one
