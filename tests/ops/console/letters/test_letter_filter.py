"""Letter filter: what it lets through, what it refuses, what of it the API can do."""

import time

import pytest

from ops.lab.console.letters.letter_filter import LetterFilter
from ops.lab.errors import Refused
from tests.ops.console.letters.stand_in_letters import letter

NOW = time.time()
LETTERS = [
    letter("Order-1", ("SchemaValidationError", "VALIDATION"), age=10),
    letter("order-2", ("OutOfTime", "TIMEOUT"), age=100, redrives=2),
    letter("other", body="plain <b>text</b>", age=1000),
]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, ["Order-1", "order-2", "other"]),
        ({"error": "TIMEOUT"}, ["order-2"]),
        ({"error": "SchemaValidationError"}, ["Order-1"]),
        ({"key": "ORDER"}, ["Order-1", "order-2"]),
        ({"body": "<B>"}, ["other"]),
        ({"min_age": "90"}, ["order-2", "other"]),
        ({"redrives": "1"}, ["order-2"]),
        ({"key": "order", "min_age": "90"}, ["order-2"]),
        ({"error": "Unknown"}, ["other"]),
    ],
)
def test_lets_through_what_all_fields_allow(query: dict[str, str], keys: list[str]) -> None:
    wanted = LetterFilter.of(query)
    assert [each.key for each in wanted.of_letters(LETTERS, NOW)] == keys
    assert wanted.is_empty is (not query)


@pytest.mark.parametrize(
    "query", [{"min_age": "old"}, {"redrives": "-1"}, {"min_age": "9" * 10}, {"min_age": "²"}]
)
def test_a_field_that_is_no_number_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refused, match="whole number"):
        LetterFilter.of(query)


def test_only_error_and_age_are_the_apis() -> None:
    assert LetterFilter(error="TIMEOUT", min_age=5).is_the_apis
    assert not LetterFilter(key="a").is_the_apis
    assert not LetterFilter(body="a").is_the_apis
    assert not LetterFilter(redrives=1).is_the_apis


def test_its_query_is_what_it_was_made_of() -> None:
    assert LetterFilter(error="A&B", body="ü =", min_age=0).query == "error=A%26B&body=%C3%BC+%3D&min_age=0"
