"""SQS message: its size as SQS counts it, and batches that SQS takes whole."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.common.sqs_message import (
    MAX_BATCH_ENTRIES,
    MAX_BYTES,
    batches,
    number_attribute,
    size_bytes,
    text_attribute,
)

SIZES = st.lists(
    st.one_of(st.integers(1, 2_000), st.integers(MAX_BYTES // 12, MAX_BYTES), st.just(MAX_BYTES)), max_size=60
)


def grouped(sizes: list[int]) -> list[list[int]]:
    return list(batches(sizes, lambda size: size))


@given(SIZES)
def test_nothing_is_lost_repeated_or_reordered(sizes: list[int]) -> None:
    assert [size for batch in grouped(sizes) for size in batch] == sizes


@given(SIZES)
def test_sqs_takes_every_batch(sizes: list[int]) -> None:
    for batch in grouped(sizes):
        assert 1 <= len(batch) <= MAX_BATCH_ENTRIES
        assert sum(batch) <= MAX_BYTES


@given(SIZES)
def test_no_batch_ends_before_it_must(sizes: list[int]) -> None:
    found = grouped(sizes)
    for batch, following in pairwise(found):
        assert len(batch) == MAX_BATCH_ENTRIES or sum(batch) + following[0] > MAX_BYTES


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_message_above_the_limit_stands_alone(position: int) -> None:
    sizes = [10, 20]
    sizes.insert(position, MAX_BYTES + 1)
    assert [MAX_BYTES + 1] in grouped(sizes)


def test_nothing_makes_no_batch() -> None:
    assert grouped([]) == []


def test_counts_the_body_and_each_attributes_name_type_and_value_in_bytes() -> None:
    attributes = {
        "key": text_attribute("é"),
        "count": number_attribute(12),
        "blob": {"DataType": "Binary", "BinaryValue": b"1234"},
    }
    expected = len("é€".encode()) + (3 + 6 + 2) + (5 + 6 + 2) + (4 + 6 + 4)
    assert size_bytes("é€", attributes) == expected
