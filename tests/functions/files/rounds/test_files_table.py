"""Entries sort as one reads them."""

from functions.files.rounds.files_table import attempt_entry, attempts_at_batch, batch_entry


def test_batches_sort_by_row_and_then_by_attempt() -> None:
    entries = [batch_entry(9, 1), batch_entry(26, 1), batch_entry(26, 2), batch_entry(101, 1)]
    assert entries == sorted(entries)
    assert entries[1] == "batch#0000000026#1"


def test_all_attempts_at_a_batch_are_found_and_no_others() -> None:
    entries = [batch_entry(25, 1), batch_entry(26, 1), batch_entry(26, 12), batch_entry(260, 1)]
    assert [entry for entry in entries if entry.startswith(attempts_at_batch(26))] == entries[1:3]


def test_an_attempt_is_known_by_its_start_and_its_request() -> None:
    assert attempt_entry(1_800_000_000_123, "r-1") == "attempt#1800000000123#r-1"
