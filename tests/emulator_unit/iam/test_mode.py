"""Mode of IAM: what the environment may ask for."""

import pytest

from lab_emulator.iam import mode
from lab_emulator.iam.mode import IamMode, InvalidIamMode


def test_calls_are_let_through_with_a_warning_unless_something_else_is_asked_for() -> None:
    assert mode.of({}) is IamMode.WARN
    assert mode.of({"LAB_IAM": ""}) is IamMode.WARN


@pytest.mark.parametrize("text", ["enforce", "warn", "off"])
def test_each_mode_has_its_word(text: str) -> None:
    assert mode.of({"LAB_IAM": text}) == text


def test_no_mode_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidIamMode, match="LAB_IAM=on is no mode of IAM: take one of enforce, warn, off"):
        mode.of({"LAB_IAM": "on"})
