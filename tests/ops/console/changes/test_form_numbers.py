"""A number of a form is read, or refused with what to enter."""

import pytest
from starlette.datastructures import FormData

from ops.lab.console.changes.form_numbers import number_of, whole_number_of
from ops.lab.errors import Refused


@pytest.mark.parametrize("text", ["", "a", "1.5", "1e3", "٣x", "0", "-1", "101"])
def test_what_is_no_whole_number_within_bounds_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="how many") as refused:
        whole_number_of(FormData({"count": text}), "count", "how many", most=100)
    assert "1" in refused.value.hint


def test_a_whole_number() -> None:
    assert whole_number_of(FormData({"count": " 1,000 "}), "count", "how many") == 1000


@pytest.mark.parametrize("text", ["a", "nan", "inf", "1,5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="rate"):
        number_of(FormData({"rate": text}), "rate", "rate")


def test_a_number_or_none() -> None:
    assert number_of(FormData({"rate": "0.5"}), "rate", "rate") == 0.5
    assert number_of(FormData({}), "rate", "rate") is None
