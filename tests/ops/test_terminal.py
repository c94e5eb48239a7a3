"""What others wrote is shown as it is: brackets, backslashes and colons are no markup."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from ops.lab.errors import CommandError
from ops.lab.terminal import errors_out, escape, out, show_error

_TEXTS = (
    r"""sed -i 's/event\["orderId"\]/event["key"]/' functions/processor/processing.py""",
    "[red]not red[/]",
    r"\[red] and \\[red] and \\\[red]",
    r"aws sqs --attributes '[{\"a\": [1]}]' \[ \\[ ]",
    "ends with one \\",
    "ends with two \\\\",
    "an :key: of :bomb:",
    "[/]",
    "[",
    "",
)


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("[bold]", "[/]"), ("", "[dim]x[/]")])
def test_escaped_text_is_shown_as_it_is(text: str, before: str, after: str) -> None:
    shown = Text.from_markup(f"{before}{escape(text)}{after}", emoji=False).plain
    assert shown == text + ("x" if "x" in after else "")


@pytest.mark.parametrize("text", _TEXTS)
def test_an_error_and_its_hint_are_shown_as_they_are(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_error(CommandError(text, hint=text))
    assert capsys.readouterr().err == f"✗ {text}\n" + (f"  {text}\n" if text else "")


@pytest.mark.parametrize("console", [out(), errors_out()])
def test_no_console_makes_pictures_of_words(console: Console) -> None:
    console.file = io.StringIO()
    console.print("a:key:b")
    assert console.file.getvalue() == "a:key:b\n"
