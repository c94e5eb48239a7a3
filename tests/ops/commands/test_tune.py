"""The levers, on a worker that only moto has."""

import json

import pytest
from typer.testing import CliRunner, Result

from infra.settings.base import declarations
from infra.settings.ingestion import IngestionSettings
from ops.lab.actions.levers import LEASE, LEVERS
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import tune
from tests.ops.deployed_worker import deploy_worker


@pytest.fixture
def deployed(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    deploy_worker(target)
    monkeypatch.setattr(tune, "choose", lambda *_: target)
    return target


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["tune", "--json", *arguments])


def levers(*arguments: str) -> dict[str, dict[str, int | str | None]]:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, dict[str, int | str | None]] = json.loads(result.output)
    return found


def test_every_lever_starts_where_the_template_has_it(deployed: Target) -> None:
    found = levers()

    assert all(values["now"] == values["template"] for values in found.values())
    assert {name: values["now"] for name, values in found.items()} == {
        "visibility": 19,
        "worker-timeout": 3,
        "lease": 6,
        "worker-memory": 512,
        "reserved-concurrency": None,
        "max-concurrency": None,
        "batch-size": 5,
        "batching-window": 1,
        "event-schema": "v1",
        "dlq-retention": 1_209_600,
    }


def test_what_is_set_by_hand_is_shown_beside_the_template_and_reset_puts_it_back(deployed: Target) -> None:
    found = levers("--visibility", "60", "--reserved-concurrency", "4", "--batch-size", "1")
    assert found["visibility"] == {"now": 60, "template": 19}
    assert found["reserved-concurrency"] == {"now": 4, "template": None}
    assert found["batch-size"] == {"now": 1, "template": 5}
    assert levers("--event-schema", "v2")["event-schema"] == {"now": "v2", "template": "v1"}

    assert all(values["now"] == values["template"] for values in levers("--reset").values())


def test_the_lease_keeps_its_proportion_to_the_timeout(deployed: Target) -> None:
    levers("--worker-timeout", "9")

    configuration = deployed.functions.get_function_configuration(FunctionName="worker")
    assert configuration["Timeout"] == 9
    assert configuration["Environment"]["Variables"]["LEASE_SECONDS"] == "18"


def test_lease_and_retention_are_set_and_put_back_beside_the_timeout(deployed: Target) -> None:
    levers("--worker-timeout", "9")
    found = levers("--lease", "3600", "--dlq-retention", "300")
    assert found["lease"] == {"now": 3600, "template": 6}
    assert found["dlq-retention"] == {"now": 300, "template": 1_209_600}

    found = levers("--reset")

    assert found["lease"] == {"now": 6, "template": 6}
    assert all(values["now"] == values["template"] for values in found.values())


def test_only_a_limit_can_be_unset(deployed: Target) -> None:
    levers("--reserved-concurrency", "4")

    assert levers("--reserved-concurrency", "none")["reserved-concurrency"]["now"] is None
    assert run("--visibility", "none").exit_code == 2
    assert run("--reserved-concurrency", "many").exit_code == 2


OUT_OF_RANGE = [
    ("visibility", "43201", "0 to 43,200 s"),
    ("visibility", "99999999", "0 to 43,200 s"),
    ("visibility", "-1", "0 to 43,200 s"),
    ("worker-timeout", "0", "1 to 900 s"),
    ("worker-timeout", "2000", "1 to 900 s"),
    ("worker-memory", "127", "128 to 10,240 MB"),
    ("worker-memory", "10241", "128 to 10,240 MB"),
    ("reserved-concurrency", "1001", "0 to 1,000 workers, or none"),
    ("max-concurrency", "1", "2 to 1,000 workers, or none"),
    ("batch-size", "0", "1 to 10,000 records"),
    ("batch-size", "10001", "1 to 10,000 records"),
    ("batching-window", "301", "0 to 300 s"),
    ("lease", "0", "1 to 43,200 s"),
    ("dlq-retention", "59", "60 to 1,209,600 s"),
]


@pytest.mark.parametrize(("name", "value", "bounds"), OUT_OF_RANGE)
def test_what_aws_would_refuse_is_refused_with_its_range_before_any_call(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, bounds: str
) -> None:
    monkeypatch.setattr(tune, "choose", lambda *_: pytest.fail("it went to the target"))

    result = run(f"--{name}", value)

    assert result.exit_code == 2
    assert f"{name} {value} is out of AWS's range" in result.output
    assert f"take {bounds}" in result.output


def test_the_ranges_are_those_of_the_settings() -> None:
    declared = {each.key: each.range for each in declarations(IngestionSettings).values()}

    own = [lever for lever in LEVERS if lever is not LEASE]  # no setting: it follows from the timeout
    assert {lever.setting: lever.bounds for lever in own} == {
        lever.setting: declared[lever.setting] for lever in own
    }


def test_reset_goes_with_nothing_else(deployed: Target) -> None:
    assert run("--reset", "--visibility", "60").exit_code == 2
    assert levers()["visibility"]["now"] == 19


def test_what_was_changed_is_told_and_a_visibility_too_short_is_pointed_out(deployed: Target) -> None:
    told = CliRunner().invoke(app, ["tune", "--visibility", "4"]).output

    assert told.splitlines()[0] == "✓ VisibilityTimeout 19 to 4"
    assert "= 19 s" in told
    assert CliRunner().invoke(app, ["tune", "--reset"]).output == "✓ VisibilityTimeout 4 to 19\n"
    assert "every lever is where" in CliRunner().invoke(app, ["tune", "--reset"]).output
