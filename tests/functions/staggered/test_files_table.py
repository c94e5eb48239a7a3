"""Entries sort as one reads them."""

from functions.staggered.files_table import attempt_entry, batch_entry, batches_from


def test_batches_sort_by_row_and_then_by_attempt() -> None:
    entries = [batch_entry(9, 1), batch_entry(26, 1), batch_entry(26, 2), batch_entry(101, 1)]
    assert entries == sorted(entries)
    assert entries[1] == "batch#0000000026#1"


def test_every_batch_from_a_row_on_is_found_and_none_before_it() -> None:
    assert batch_entry(25, 9) < batches_from(26) < batch_entry(26, 1)


def test_an_attempt_is_known_by_its_start_and_its_request() -> None:
    assert attempt_entry(1_800_000_000_123, "r-1") == "attempt#1800000000123#r-1"
