"""What a filter selects, whatever the letter, its failure and the time."""

from hypothesis import given
from hypothesis import strategies as st

from functions.common.errors import ErrorCategory
from functions.redrive.dead_letters import IngestionDeadLetter, LetterFailure
from functions.redrive.parameters import Parameters

NOW = 1_800_000_000.0
AGES = st.integers(0, 1_209_600)
TYPES = st.sampled_from(["SchemaValidationError", "OutOfTime", "TIMEOUT", "VALIDATION", "Unknown"])
FAILURES = st.builds(LetterFailure, TYPES, st.sampled_from(ErrorCategory))
LETTERS = st.builds(
    lambda sent_at: IngestionDeadLetter("id", "handle", "{}", {}, sent_at, 3),
    st.floats(NOW - 2_000_000, NOW + 60),  # clocks differ: a letter may seem to come from the future
)


def matches(
    letter: IngestionDeadLetter, failure: LetterFailure, error_type: str | None, min_age_seconds: int
) -> bool:
    return Parameters(10, error_type, min_age_seconds).match(letter, failure, NOW)


@given(LETTERS, FAILURES)
def test_without_a_filter_everything_matches(letter: IngestionDeadLetter, failure: LetterFailure) -> None:
    assert matches(letter, failure, None, 0)


@given(LETTERS, FAILURES, TYPES, AGES)
def test_two_filters_select_what_each_of_them_selects(
    letter: IngestionDeadLetter, failure: LetterFailure, error_type: str, age: int
) -> None:
    alone = matches(letter, failure, error_type, 0), matches(letter, failure, None, age)
    assert matches(letter, failure, error_type, age) is all(alone)


@given(LETTERS, FAILURES, AGES, AGES)
def test_a_higher_age_never_selects_more(
    letter: IngestionDeadLetter, failure: LetterFailure, low: int, more: int
) -> None:
    assert matches(letter, failure, None, low) or not matches(letter, failure, None, low + more)


@given(LETTERS, FAILURES, TYPES)
def test_a_type_selects_nothing_else(
    letter: IngestionDeadLetter, failure: LetterFailure, error_type: str
) -> None:
    named = error_type in (failure.error_type, failure.category)
    assert matches(letter, failure, error_type, 0) is named


@given(LETTERS, FAILURES, st.booleans(), TYPES, AGES)
def test_keys_select_of_what_the_other_filters_select(
    letter: IngestionDeadLetter, failure: LetterFailure, named: bool, error_type: str, age: int
) -> None:
    keys = ("other", letter.identity.key) if named else ("other",)
    asked_for = Parameters(10, error_type, age, idempotency_keys=keys)
    assert asked_for.match(letter, failure, NOW) is (named and matches(letter, failure, error_type, age))
