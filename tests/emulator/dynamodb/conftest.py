"""A table with one key, of one test."""

import uuid
from collections.abc import Iterator

import pytest

from tests.emulator.conftest import Emulator


@pytest.fixture
def table(emulator: Emulator) -> Iterator[str]:
    name = f"table-{uuid.uuid4().hex[:8]}"
    emulator.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield name
    emulator.client("dynamodb").delete_table(TableName=name)
