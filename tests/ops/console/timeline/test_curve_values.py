"""Values of a curve on the steps of its span, and the sentence about them."""

from ops.lab.console.timeline.curve_values import in_words, steps, values_at

TIMES = [0, 10, 20, 30]


def test_the_steps_reach_from_the_beginning_until_now() -> None:
    assert steps(0, 35, 10) == TIMES


def test_a_depth_without_a_value_is_a_gap() -> None:
    assert values_at(TIMES, {10: 4.0}, zero_until=None) == [None, 4.0, None, None]


def test_a_count_without_a_value_is_zero_until_it_could_still_come() -> None:
    assert values_at(TIMES, {10: 4.0, 30: 1.0}, zero_until=20) == [0.0, 4.0, 0.0, None]


def test_a_count_is_told_by_its_sum_and_its_greatest() -> None:
    told = in_words("processed", TIMES, [1, 5, 0, None], counts=True)
    assert told.startswith("processed: 6 in all, most at ")


def test_a_depth_is_told_by_its_greatest_and_its_last() -> None:
    told = in_words("waiting", TIMES, [1, 250.5, None, 2], counts=False, unit="ms")
    assert told.startswith("waiting: at most 250 ms at ")
    assert told.endswith(", 2 ms now")
    assert in_words("age", TIMES, [1, 2, 3, None], counts=False).endswith("no value now")


def test_nothing_is_said_of_what_is_not_known_and_little_of_nothing() -> None:
    assert in_words("age", TIMES, [None] * 4, counts=False) == ""
    assert in_words("throttled", TIMES, [0, 0, None, 0], counts=True) == "throttled: 0"
