"""A body as the console shows it says what the body says."""

import pytest

from ops.lab.console.serving.view import _pretty


def test_json_gets_an_indent() -> None:
    assert _pretty('{"a":[1.0,"ü"]}') == '{\n  "a": [\n    1.0,\n    "ü"\n  ]\n}'


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        "{",
        '{"a": 1e2}',
        '{"a": 1e400}',
        '{"a": 1, "a": 2}',
        "[" * 100_000,
        "9" * 5000,
        '{"a": 1.10}',
    ],
)
def test_what_would_not_say_the_same_stays_as_it_is(text: str) -> None:
    assert _pretty(text) == text
