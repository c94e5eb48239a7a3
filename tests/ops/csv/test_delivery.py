"""What the batches on record prove about a file's rows."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.lab.csv.csv_file import CsvFile
from ops.lab.csv.delivery import Delivery, delivery, merged
from ops.lab.csv.file_records import Batch, BatchState, FileRecords

ROWS = 100
SENDING, DELIVERED, PARTIAL = BatchState
BATCHES = st.lists(st.tuples(st.integers(1, 110), st.integers(0, 30)), max_size=8)


def proven(*batches: Batch, bad_rows: int = 0) -> Delivery:
    return delivery(CsvFile("k.csv", ROWS, bad_rows), FileRecords("k.csv#1", None, batches, ()))


def batch(first: int, last: int, state: BatchState = DELIVERED, repeated: int = 0, *rows: int) -> Batch:
    return Batch(first, last, state, rows, repeated, 0, 0)


def test_batches_that_follow_one_another_deliver_each_row_once() -> None:
    found = proven(batch(1, 25), batch(26, 50), batch(51, 100))

    assert found == Delivery(expected=100)
    assert found.once


@pytest.mark.parametrize(
    ("batches", "wrong"),
    [
        ([], Delivery(expected=100, missing=100)),
        ([batch(1, 25), batch(27, 100)], Delivery(expected=100, missing=1)),
        ([batch(1, 60), batch(51, 100)], Delivery(expected=100, overlapping=10)),
        ([batch(1, 101)], Delivery(expected=100, beyond=1)),
        ([batch(1, 100, repeated=3)], Delivery(expected=100, repeated=3)),
    ],
)
def test_rows_that_are_missing_or_sent_twice_unrecorded_are_counted(
    batches: list[Batch], wrong: Delivery
) -> None:
    assert proven(*batches) == wrong
    assert not wrong.once


def test_what_a_killed_attempt_left_in_the_air_is_on_record_as_repeated() -> None:
    found = proven(batch(1, 50), batch(51, 75, SENDING), batch(51, 75, DELIVERED, 25), batch(76, 100))

    assert (found.overlapping, found.repeated, found.once) == (25, 25, True)


def test_of_a_partial_batch_only_the_rows_that_it_names_were_delivered() -> None:
    partly = batch(1, 25, PARTIAL, 0, 1, 2, 3)

    assert proven(partly, batch(4, 100)).once
    assert proven(partly, batch(26, 100)).missing == 22


def test_bad_rows_are_delivered_by_nobody() -> None:
    # 1, 26, 51 and 76 are bad: batches may pass over them, or begin after them.
    assert proven(batch(2, 50), batch(52, 100), bad_rows=4) == Delivery(expected=96)


@given(BATCHES)
def test_it_counts_as_counting_each_row_does(stretches: list[tuple[int, int]]) -> None:
    spans = [(first, first + more) for first, more in stretches]
    times = Counter(row for first, last in spans for row in range(first, last + 1))
    file = CsvFile("k.csv", ROWS, 7)
    good = [row for row in range(1, 150) if row not in file.bad]

    found = proven(*(batch(first, last) for first, last in spans), bad_rows=7)

    assert found.missing == sum(not times[row] for row in good if row <= ROWS)
    assert found.beyond == sum(times[row] > 0 for row in good if row > ROWS)
    assert found.overlapping == sum(max(0, times[row] - 1) for row in good)


def test_spans_that_touch_are_one() -> None:
    assert merged([(5, 6), (1, 2), (3, 4), (8, 9), (8, 8)]) == [(1, 6), (8, 9)]
