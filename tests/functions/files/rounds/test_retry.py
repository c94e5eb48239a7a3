from functions.files.rounds.retry import MAX_RETRY_SECONDS, retry_seconds


def test_each_attempt_waits_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    assert [retry_seconds(10, count) for count in (1, 2, 3, 4)] == [10, 20, 40, 80]
    assert retry_seconds(10, 1_000) == MAX_RETRY_SECONDS
