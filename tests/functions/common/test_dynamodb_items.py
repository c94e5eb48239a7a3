"""Items of DynamoDB: plain values there and back."""

from functions.common.dynamodb_items import expires_at, from_item, to_item


def test_whole_numbers_come_back_as_integers() -> None:
    assert str(from_item(to_item({"level": 2.0, "nested": [4]}))) == "{'level': 2, 'nested': [4]}"


def test_an_item_expires_in_whole_seconds() -> None:
    assert expires_at(1_800_000_000.9, 7) == 1_800_604_800
