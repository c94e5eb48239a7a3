"""Parameters of a redrive: defaults, bounds, and which one a refusal names."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.common.errors import InvalidRequest
from functions.redrive.parameters import Parameters, preview_parameters, start_parameters


def test_without_parameters_the_defaults_hold() -> None:
    assert start_parameters({}) == Parameters(100, None, 0, 0)
    assert preview_parameters({}) == Parameters(10, None, 0, 0)


def test_the_example_of_the_product_description_is_read() -> None:
    raw = {
        "maxMessages": Decimal(100),
        "errorType": "SchemaValidationError",
        "minAgeSeconds": Decimal(300),
        "perMessageDelayJitter": Decimal(5),
    }
    assert start_parameters(raw) == Parameters(100, "SchemaValidationError", 300, 5)


def test_query_strings_are_numbers_too() -> None:
    assert preview_parameters({"maxMessages": "20", "minAgeSeconds": "60"}).max_messages == 20


def test_filter_error_type_is_a_second_name() -> None:
    assert start_parameters({"filterErrorType": "TIMEOUT"}).error_type == "TIMEOUT"
    assert start_parameters({"filterErrorType": "A", "errorType": "A"}).error_type == "A"


@pytest.mark.parametrize(
    ("raw", "parameter"),
    [
        ({"maxMessages": 0}, "maxMessages"),
        ({"maxMessages": Decimal(1001)}, "maxMessages"),
        ({"maxMessages": "ten"}, "maxMessages"),
        ({"maxMessages": True}, "maxMessages"),
        ({"maxMessages": Decimal("1.5")}, "maxMessages"),
        ({"maxMessages": "NaN"}, "maxMessages"),
        ({"maxMessages": "Infinity"}, "maxMessages"),
        ({"maxMessages": []}, "maxMessages"),
        ({"minAgeSeconds": -1}, "minAgeSeconds"),
        ({"minAgeSeconds": 1_209_601}, "minAgeSeconds"),
        ({"perMessageDelayJitter": 901}, "perMessageDelayJitter"),
        ({"perMessageDelayJitter": Decimal("1e125")}, "perMessageDelayJitter"),
        ({"ratePerSecond": 0}, "ratePerSecond"),
        ({"ratePerSecond": 1001}, "ratePerSecond"),
        ({"maxRedrives": -1}, "maxRedrives"),
        ({"maxRedrives": 101}, "maxRedrives"),
        ({"errorType": 5}, "errorType"),
        ({"errorType": " "}, "errorType"),
        ({"errorType": "A", "filterErrorType": "B"}, "filterErrorType"),
        ({"maxMesages": 5}, "maxMesages"),
        ({"idempotencyKeys": []}, "idempotencyKeys"),
        ({"idempotencyKeys": " "}, "idempotencyKeys"),
        ({"idempotencyKeys": ["a b"]}, "idempotencyKeys"),
        ({"idempotencyKeys": ["a", 5]}, "idempotencyKeys"),
        ({"idempotencyKeys": {"a": 1}}, "idempotencyKeys"),
        ({"idempotencyKeys": ["k" * 129]}, "idempotencyKeys"),
        ({"idempotencyKeys": [f"k{n}" for n in range(101)]}, "idempotencyKeys"),
    ],
)
def test_a_bad_parameter_is_named(raw: dict[str, Any], parameter: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        start_parameters(raw)
    assert refusal.value.parameter == parameter


def test_keys_are_a_list_or_words_of_a_query() -> None:
    assert start_parameters({"idempotencyKeys": ["b", "a,1", "b"]}).idempotency_keys == ("b", "a,1")
    assert preview_parameters({"idempotencyKeys": "b a,1"}).idempotency_keys == ("b", "a,1")


def test_a_preview_is_smaller_than_a_redrive_and_sends_nothing() -> None:
    with pytest.raises(InvalidRequest):
        preview_parameters({"maxMessages": "101"})
    with pytest.raises(InvalidRequest):
        preview_parameters({"perMessageDelayJitter": "5"})


PARAMETERS = st.builds(
    Parameters,
    max_messages=st.integers(1, 1000),
    error_type=st.none() | st.sampled_from(["TIMEOUT", "SchemaValidationError"]),
    min_age_seconds=st.integers(0, 1_209_600),
    jitter_seconds=st.integers(0, 900),
    rate_per_second=st.none() | st.integers(1, 1000),
    max_redrives=st.integers(0, 100),
    idempotency_keys=st.none()
    | st.lists(
        st.from_regex(r"[\x21-\x7e]{1,128}", fullmatch=True), min_size=1, max_size=100, unique=True
    ).map(tuple),
)


@given(PARAMETERS)
def test_a_job_remembers_its_parameters(parameters: Parameters) -> None:
    assert start_parameters(parameters.as_document()) == parameters
