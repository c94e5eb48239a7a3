from functions.common.message import number_attribute, size_bytes, text_attribute


def test_counts_the_body_and_each_attributes_name_type_and_value_in_bytes() -> None:
    attributes = {
        "key": text_attribute("é"),
        "count": number_attribute(12),
        "blob": {"DataType": "Binary", "BinaryValue": b"1234"},
    }
    expected = len("é€".encode()) + (3 + 6 + 2) + (5 + 6 + 2) + (4 + 6 + 4)
    assert size_bytes("é€", attributes) == expected
