"""The app's functions, and what is said of one that this app is deployed without."""

import pytest
from typer.testing import CliRunner

from ops.lab.app.function_names import FunctionName, name_on_lambda
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.errors import NotUp


@pytest.fixture
def direct(target: Target) -> Target:
    """An app that has ingest and worker alone."""
    for function in (FunctionName.INGEST, FunctionName.WORKER):
        target.stacks().outputs[function.output] = f"{function}-1"
    return target


def test_a_function_has_its_name_of_the_stacks(direct: Target) -> None:
    assert name_on_lambda(direct, FunctionName.WORKER) == "worker-1"


@pytest.mark.parametrize(
    ("function", "setting"),
    [
        *(
            (name, "topology=orchestrated")
            for name in ("validate", "publish", "idempotency", "processor", "events")
        ),
        *((name, "csvPipeline=true") for name in ("csv", "csv-round", "csv-starter", "csv-scaler")),
    ],
)
def test_one_that_a_setting_brings_names_the_setting(
    direct: Target, monkeypatch: pytest.MonkeyPatch, function: str, setting: str
) -> None:
    monkeypatch.setattr("ops.lab.commands.logs.choose", lambda *_: direct)
    result = CliRunner().invoke(app, ["logs", function])
    assert result.exit_code == 4
    assert f"{function} is deployed with {setting} alone; deployed are ingest, worker" in result.stderr
    assert f"lab up -c {setting}" in result.stderr


def test_one_that_every_deployment_has_is_missed_as_any_output(direct: Target) -> None:
    with pytest.raises(NotUp, match="ResetFunctionName"):
        name_on_lambda(direct, FunctionName.RESET)


def test_help_says_which_setting_brings_which() -> None:
    told = " ".join(CliRunner(env={"COLUMNS": "400"}).invoke(app, ["logs", "--help"]).stdout.split())
    assert "with topology=orchestrated also validate, publish, idempotency, processor, events" in told
