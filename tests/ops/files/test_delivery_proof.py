"""What the batches on record prove about a file's rows."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.files.processor.file_journal import RowBatchState
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.delivery_proof import DeliveryProof, merged, prove_delivery
from ops.lab.files.file_records import BatchOnRecord, CheckpointOnRecord, FileRecords
from tests.ops.files.conftest import typed

ROWS = 100
SENDING, DELIVERED, PARTIAL = RowBatchState
BATCHES = st.dictionaries(st.integers(1, 110), st.integers(0, 30), max_size=8)


def proven(*batches: BatchOnRecord, bad_rows: int = 0, next_row: int = 1) -> DeliveryProof:
    item = {"file": "k.csv#1", "key": "k.csv", "status": "INFLIGHT", "nextRow": next_row}
    records = FileRecords("k.csv#1", CheckpointOnRecord.from_item(typed(item)), batches)
    return prove_delivery(CsvFile("k.csv", ROWS, bad_rows), records)


def batch(first: int, last: int, state: RowBatchState = DELIVERED, **more: Any) -> BatchOnRecord:
    values = {"attempt": 1, "started": 0} | more
    return BatchOnRecord(first_row=first, last_row=last, state=state, **values)


def test_batches_that_follow_one_another_deliver_each_row_once() -> None:
    found = proven(batch(1, 25), batch(26, 50), batch(51, 100))

    assert found == DeliveryProof(expected=100)
    assert found.once


@pytest.mark.parametrize(
    ("batches", "wrong"),
    [
        ([], DeliveryProof(expected=100, missing=100)),
        ([batch(1, 25), batch(27, 100)], DeliveryProof(expected=100, missing=1)),
        ([batch(1, 60), batch(51, 100)], DeliveryProof(expected=100, overlapping=10)),
        ([batch(1, 101)], DeliveryProof(expected=100, beyond=1)),
        ([batch(1, 100, repeated=3)], DeliveryProof(expected=100, repeated=3)),
        ([batch(1, 50), batch(51, 100, SENDING)], DeliveryProof(expected=100, missing=50)),
    ],
)
def test_rows_that_are_missing_or_sent_twice_unrecorded_are_counted(
    batches: list[BatchOnRecord], wrong: DeliveryProof
) -> None:
    assert proven(*batches) == wrong
    assert not wrong.once


def test_what_a_killed_attempt_left_in_the_air_must_be_on_record_as_repeated() -> None:
    killed = batch(51, 75, SENDING)

    found = proven(batch(1, 50), killed, batch(51, 75, attempt=2, repeated=25), batch(76, 100))
    assert (found.overlapping, found.repeated, found.once) == (25, 25, True)

    found = proven(batch(1, 50), killed, batch(51, 75, attempt=2), batch(76, 100))
    assert (found.overlapping, found.repeated, found.once) == (25, 0, False)


def test_each_further_attempt_may_send_what_is_in_doubt_once_more() -> None:
    first, second = batch(1, 100, SENDING), batch(1, 100, SENDING, attempt=2, repeated=100)

    found = proven(first, second, batch(1, 100, attempt=3, repeated=100))

    assert (found.overlapping, found.once) == (200, True)


def test_a_partial_batch_names_what_need_not_be_sent_again_and_what_is_in_doubt() -> None:
    rows = {"delivered": frozenset({1, 2, 3}), "unknown": frozenset({4})}
    partial = batch(1, 25, PARTIAL, **rows)

    assert proven(partial, batch(26, 100)).missing == 22
    assert proven(partial, batch(1, 25, attempt=2, repeated=1), batch(26, 100)).once
    assert proven(partial, batch(1, 25, attempt=2, repeated=4), batch(26, 100)).overlapping == 1


def test_a_batch_behind_the_checkpoint_is_delivered_though_it_was_not_concluded() -> None:
    assert proven(batch(1, 50), batch(51, 100, SENDING), next_row=101).once


def test_bad_rows_are_neither_delivered_nor_missing() -> None:
    # 1, 26, 51 and 76 are bad.
    assert proven(batch(1, 50), batch(51, 100), bad_rows=4) == DeliveryProof(expected=96)
    assert proven(batch(51, 100), bad_rows=4) == DeliveryProof(expected=96, missing=48)


@given(BATCHES)
def test_it_counts_as_counting_each_row_does(lengths: dict[int, int]) -> None:
    times = Counter(row for first, more in lengths.items() for row in range(first, first + more + 1))
    file = CsvFile("k.csv", ROWS, 7)

    found = proven(*(batch(first, first + more) for first, more in lengths.items()), bad_rows=7)

    assert found.missing == sum(not times[row] for row in range(1, ROWS + 1) if row not in file.bad)
    assert found.beyond == sum(row > ROWS for row in times)
    assert found.overlapping == sum(count - 1 for count in times.values())


def test_spans_that_touch_are_one() -> None:
    assert merged([(5, 6), (1, 2), (3, 4), (8, 9), (8, 8)]) == [(1, 6), (8, 9)]
