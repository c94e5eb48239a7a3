"""Breaking the pipeline, and waiting until that is noticed."""

from typing import Any

import pytest
from typer.testing import CliRunner

from functions.common.environment import to_variables
from functions.ingestion.environment import FailureModeEnvironment
from ops.lab.app import failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.errors import NotUp
from ops.lab.repository import REPOSITORY
from tests.functions.doubles import StubClient

MODES = [mode for mode in FailureMode if mode is not FailureMode.NONE]
CACHE_SECONDS = {"worker": 2, "ingest": 3}


@pytest.fixture
def variables(target: Target) -> dict[str, dict[str, str]]:
    """The variables of ingest and worker as they are deployed; a test may change them."""
    variables = {}
    for name, seconds in CACHE_SECONDS.items():
        target.stacks().outputs[f"{name.capitalize()}FunctionName"] = name
        environment = FailureModeEnvironment(failure_mode_parameter="/m", failure_mode_cache_seconds=seconds)
        variables[name] = to_variables(environment)
    target.__dict__["functions"] = StubClient(
        get_function_configuration=lambda FunctionName: {
            "Environment": {"Variables": variables[FunctionName]}
        }
    )
    return variables


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("ops.lab.app.failure_mode.time.sleep", waits.append)
    return waits


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize(
    ("modes", "seconds"),
    [
        ([FailureMode.NONE, FailureMode.POISON_PAYLOAD], 2),
        ([FailureMode.NONE, FailureMode.DUPLICATE_SUBMIT], 3),
        ([FailureMode.DUPLICATE_SUBMIT, FailureMode.DOWNSTREAM_OUTAGE], 3),
        ([FailureMode.NONE], 0),
    ],
)
def test_waits_for_as_long_as_the_functions_remember_that_notice_the_mode(
    target: Target, waits: list[float], modes: list[FailureMode], seconds: int
) -> None:
    failure_mode.wait_until_noticed(target, *modes)
    assert waits == [seconds]


def test_a_worker_of_another_version_is_named_and_not_guessed_at(
    target: Target, variables: dict[str, dict[str, str]]
) -> None:
    del variables["worker"]["FAILURE_MODE_CACHE_SECONDS"]
    with pytest.raises(NotUp, match=r"worker .*FAILURE_MODE_CACHE_SECONDS"):
        failure_mode.wait_until_noticed(target, FailureMode.POISON_PAYLOAD)


@pytest.mark.parametrize("mode", FailureMode)
def test_a_mode_is_declared_whole(mode: FailureMode) -> None:
    assert mode.meaning
    assert set(mode.noticed_by) <= {function.value for function in FunctionName}
    assert bool(mode.noticed_by) is (mode is not FailureMode.NONE)


@pytest.mark.usefixtures("variables", "waits")
@pytest.mark.parametrize("mode", FailureMode)
def test_each_declared_mode_can_be_set_and_says_what_it_means(
    target: Target, monkeypatch: pytest.MonkeyPatch, mode: FailureMode
) -> None:
    monkeypatch.setattr("ops.lab.commands.failures.choose", lambda *_: target)
    result = CliRunner().invoke(app, ["break", mode.value])
    assert (result.exit_code, mode.meaning in result.stdout) == (0, True), result.output
    assert failure_mode.known_mode(target) is mode


@pytest.mark.usefixtures("variables", "waits")
@pytest.mark.parametrize("command", [("break", "none"), ("heal",)])
def test_where_nothing_was_broken_nobody_has_to_notice(
    target: Target, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr("ops.lab.commands.failures.choose", lambda *_: target)
    monkeypatch.setattr(failure_mode, "heal", lambda _: None)
    said = CliRunner().invoke(app, [*command]).stdout
    assert "it was none before: no function has to notice" in said
    assert "Noticed by" not in said
    assert "undo it" not in said


def test_a_value_that_is_no_mode_counts_as_none(target: Target) -> None:
    stranger: Any = "gremlins"
    target.ssm.put_parameter(
        Name=target.output("FailureModeParameter"), Value=stranger, Type="String", Overwrite=True
    )
    assert failure_mode.known_mode(target) is FailureMode.NONE


def test_the_table_of_the_readme_has_every_mode_in_the_declared_words() -> None:
    lines = (REPOSITORY / "README.md").read_text().splitlines()
    start = lines.index("| failure mode | what happens |")
    rows = lines[start + 2 : lines.index("", start)]
    assert rows == [f"| `{mode.value}` | {mode.meaning} |" for mode in MODES]
