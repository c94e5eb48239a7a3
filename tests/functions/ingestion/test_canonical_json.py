"""Canonical JSON: one text for one value, which SQS carries and which reads back the same."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.identity import checksum
from functions.ingestion.strict_json import JsonValue, parse_json

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
numbers = st.decimals(-(10**20), 10**20, places=9)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)


def shuffled(value: JsonValue) -> JsonValue:
    """The same value with the members of every object in reverse order."""
    if isinstance(value, dict):
        return {name: shuffled(member) for name, member in reversed(list(value.items()))}
    if isinstance(value, list):
        return [shuffled(item) for item in value]
    return value


def spaced(value: JsonValue) -> Iterator[str]:
    """A JSON text of the value with more white space than anyone needs."""
    if isinstance(value, dict):
        members = [f"{json.dumps(k)} :\t{''.join(spaced(v))}" for k, v in value.items()]
        yield "{ " + "\n,".join(members) + " }"
    elif isinstance(value, list):
        yield "[ " + " , ".join("".join(spaced(item)) for item in value) + "\r\n]"
    else:
        yield str(value) if isinstance(value, Decimal) else json.dumps(value)


@given(values)
def test_reading_the_canonical_text_gives_the_value_back(value: JsonValue) -> None:
    assert parse_json(canonical_json(value)) == value


@given(values)
def test_key_order_and_white_space_do_not_matter(value: JsonValue) -> None:
    other = parse_json("".join(spaced(shuffled(value))))
    assert canonical_json(other) == canonical_json(value)


@given(values, values)
def test_equal_checksums_exactly_for_equal_values(one: JsonValue, other: JsonValue) -> None:
    # Python takes True and 1 for equal, JSON does not: compare a rendering that tells them apart.
    same = repr(_tagged(one)) == repr(_tagged(other))
    assert (checksum(canonical_json(one)) == checksum(canonical_json(other))) == same


def _tagged(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((name, _tagged(member)) for name, member in value.items())
    if isinstance(value, list):
        return ["list", *map(_tagged, value)]
    return (type(value).__name__, value.normalize() + 0 if isinstance(value, Decimal) else value)


@given(numbers)
def test_a_number_survives_exactly(number: Decimal) -> None:
    assert Decimal(canonical_json(number)) == number


@pytest.mark.parametrize("text", ["42.5", "42.50", "4.25e1", "0.425E+2", "42.500000"])
def test_spellings_of_a_number_are_one_number(text: str) -> None:
    assert canonical_json(parse_json(text)) == "42.5"


def test_a_huge_exponent_stays_short() -> None:
    assert canonical_json(parse_json("1e125")) == "1e+125"


@given(text)
def test_holds_only_characters_that_sqs_carries(value: str) -> None:
    """SendMessage: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF."""
    for character in map(ord, canonical_json(value)):
        assert 0x20 <= character <= 0xD7FF or 0xE000 <= character <= 0xFFFD or character >= 0x10000


def test_escapes_the_two_noncharacters_that_sqs_refuses() -> None:
    assert canonical_json("\ufffe\uffff") == '"\\ufffe\\uffff"'
