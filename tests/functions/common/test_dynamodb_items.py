from functions.common.dynamodb_items import from_item, to_item


def test_whole_numbers_come_back_as_integers() -> None:
    assert str(from_item(to_item({"level": 2.0, "nested": [4]}))) == "{'level': 2, 'nested': [4]}"
