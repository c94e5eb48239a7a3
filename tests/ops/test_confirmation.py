"""A confirmation goes on with a yes alone; without one it says what was left undone, and what to do."""

import pytest
import typer
from typer.testing import CliRunner

from ops.lab.confirmation import YesOption, confirm_first
from ops.lab.errors import Refused


def confirmed(*arguments: str, said: str = "") -> tuple[str, BaseException | None]:
    """What a command printed that asks first, and what it raised."""
    app = typer.Typer()

    @app.command()
    def throw_away(yes: YesOption = False) -> None:
        confirm_first("Throw it away?", yes=yes, otherwise="nothing was thrown away")
        print("gone")

    result = CliRunner().invoke(app, arguments, input=said)
    return result.stdout, result.exception


@pytest.mark.parametrize(("arguments", "said"), [(("--yes",), ""), ((), "y\n")])
def test_a_yes_goes_on_and_stdout_has_the_answer_alone(arguments: tuple[str, ...], said: str) -> None:
    printed, raised = confirmed(*arguments, said=said)
    assert (printed.split()[-1], raised) == ("gone", None)
    assert "Throw" not in printed  # the runner echoes what it types, and no more


@pytest.mark.parametrize(("said", "hint"), [("n\n", ""), ("", "without a terminal: --yes")])
def test_without_a_yes_it_is_refused(said: str, hint: str) -> None:
    printed, raised = confirmed(said=said)
    assert isinstance(raised, Refused)
    assert (str(raised), raised.hint) == ("not confirmed: nothing was thrown away", hint)
    assert "gone" not in printed
