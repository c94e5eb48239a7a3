"""Concurrency, from recorded times."""

from hypothesis import given
from hypothesis import strategies as st

from functions.files.processor.file_journal import RowBatchState
from ops.lab.files.file_records import AttemptOnRecord, BatchOnRecord, CheckpointOnRecord, FileRecords
from ops.lab.files.peak_concurrency import Level, levels, peak, spans
from tests.ops.files.conftest import typed

NOW = 9_000
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda it: (it[0], it[0] + it[1])))


def test_it_counts_what_ran_at_the_same_time() -> None:
    found = levels([(0, 10), (5, 15), (12, 20)])

    assert found == [Level(0, 1), Level(5, 2), Level(10, 1), Level(12, 2), Level(15, 1), Level(20, 0)]
    assert peak(found) == 2


def test_one_that_begins_as_another_ends_does_not_overlap_it() -> None:
    assert peak(levels([(0, 10), (10, 20)])) == 1


def test_nothing_ran() -> None:
    assert peak(levels([])) == 0


@given(SPANS)
def test_the_peak_is_what_counting_at_every_moment_finds(given: list[tuple[int, int]]) -> None:
    most = max((sum(began <= at < ended for began, ended in given) for at in range(61)), default=0)

    assert peak(levels(given)) == most


def test_a_killed_attempt_counts_until_its_last_sign_of_life() -> None:
    killed, second = AttemptOnRecord(started=1_000), AttemptOnRecord(started=5_000, ended=6_000)
    batches = (batch(1_200, 1_400), batch(1_500, 0), batch(5_100, 5_900))

    assert spans([FileRecords("f", None, batches, (killed, second))], NOW) == [(1_000, 1_500), (5_000, 6_000)]


def test_an_attempt_without_a_successor_is_at_work() -> None:
    file = FileRecords("f", None, (batch(1_200, 1_400),), (AttemptOnRecord(started=1_000),))

    assert spans([file], NOW) == [(1_000, NOW)]


def test_in_a_file_that_is_done_no_attempt_is_at_work() -> None:
    item = {"file": "f", "key": "f", "status": "SUCCEEDED", "finishedAt": "2026-11-21T10:00:00Z"}
    file = FileRecords("f", CheckpointOnRecord.from_item(typed(item)), (), (AttemptOnRecord(started=1_000),))

    assert spans([file], NOW) == [(1_000, 1_000)]


def batch(started: int, ended: int) -> BatchOnRecord:
    return BatchOnRecord(
        first_row=1, last_row=25, attempt=1, state=RowBatchState.DELIVERED, started=started, ended=ended
    )
