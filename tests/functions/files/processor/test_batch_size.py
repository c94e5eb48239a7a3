from functions.files.processor.batch_size import BatchSize

PLENTY = 1_000.0


def test_a_first_batch_has_as_many_rows_as_configured_whatever_the_time() -> None:
    assert BatchSize(25).that_fits(0.1) == 25


def test_batches_that_take_no_time_double_up_to_forty_times() -> None:
    size = BatchSize(25)
    for _ in range(20):
        size.heed(size.that_fits(PLENTY), 0.01)
    assert size.that_fits(PLENTY) == 1_000


def test_batches_that_take_their_time_stay_as_configured() -> None:
    size = BatchSize(25)
    size.heed(25, 0.5)
    assert size.that_fits(PLENTY) == 25
    size.heed(25, 5)
    assert size.that_fits(PLENTY) == 25


def test_a_batch_that_became_slow_is_halved() -> None:
    size = BatchSize(25)
    for _ in range(3):
        size.heed(size.that_fits(PLENTY), 0.01)
    size.heed(200, 3)
    assert size.that_fits(PLENTY) == 100


def test_the_last_rows_of_a_file_say_nothing_of_the_size() -> None:
    size = BatchSize(25)
    size.heed(3, 0.01)
    assert size.that_fits(PLENTY) == 25


def test_only_what_fits_is_begun() -> None:
    size = BatchSize(25)
    size.heed(25, 0.1)  # 4 ms a row, 6 with the margin
    assert size.that_fits(0.24) == 40
    assert size.that_fits(0.14) == 0
