"""`lab files api`: what it sets and what it leaves."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.app.target import Target
from ops.lab.files import simulated_api
from ops.lab.files.simulated_api import HEALTHY

Lab = Callable[..., Result]
PARAMETER = "/csv/simulated_api"


@pytest.fixture(autouse=True)
def waits(files_target: Target, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A healthy API, and the seconds for which a command waited until the functions noticed."""
    files_target.stacks().outputs["CsvSimulatedApiParameter"] = PARAMETER
    simulated_api.put(files_target, HEALTHY)
    waited: list[int] = []
    monkeypatch.setattr("ops.lab.files.simulated_api.time.sleep", waited.append)
    return waited


def stored(target: Target) -> dict[str, Any]:
    value = target.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"]
    return dict(json.loads(value))


def test_it_shows_how_the_api_behaves_and_changes_nothing(lab_files: Lab, waits: list[int]) -> None:
    result = lab_files("api")

    assert (result.exit_code, waits) == (0, [])
    assert "up, answers in 5 to 30 ms" in result.stdout


def test_it_sets_what_is_given_keeps_the_rest_and_waits_until_noticed(
    lab_files: Lab, files_target: Target, waits: list[int]
) -> None:
    assert lab_files("api", "--failing", "000007", "--error-rate", "0.1").exit_code == 0
    result = lab_files("api", "--latency", "5s-30s", "--down", "--json")

    expected = {
        "latencyMinMilliseconds": 5_000,
        "latencyMaxMilliseconds": 30_000,
        "errorRate": 0.1,
        "down": True,
        "failing": "000007",
        "callsAtOnce": 0,
    }
    assert (result.exit_code, json.loads(result.stdout), stored(files_target)) == (0, expected, expected)
    assert waits == [2, 2]


def test_a_limit_of_calls_at_once_is_set_and_shown(lab_files: Lab, files_target: Target) -> None:
    result = lab_files("api", "--calls-at-once", "2")

    assert (result.exit_code, stored(files_target)["callsAtOnce"]) == (0, 2)
    assert "takes 2 calls at once" in result.stdout


def test_healthy_takes_everything_back(lab_files: Lab, files_target: Target) -> None:
    lab_files("api", "--down", "--failing", "x")

    assert lab_files("api", "--healthy").exit_code == 0
    assert simulated_api.read(files_target) == HEALTHY


@pytest.mark.parametrize(
    ("text", "expected"), [("20ms", (20, 20)), ("5ms-30ms", (5, 30)), ("500ms-2s", (500, 2_000))]
)
def test_latencies_are_read_with_their_units(
    lab_files: Lab, files_target: Target, text: str, expected: tuple[int, int]
) -> None:
    assert lab_files("api", "--latency", text).exit_code == 0

    behaviour = simulated_api.read(files_target)
    assert (behaviour.latency_min_milliseconds, behaviour.latency_max_milliseconds) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["--latency", "5"],
        ["--latency", "30ms-5ms"],
        ["--error-rate", "1.5"],
        ["--healthy", "--down"],
    ],
)
def test_what_makes_no_sense_is_refused_and_sets_nothing(
    lab_files: Lab, files_target: Target, arguments: list[str]
) -> None:
    assert lab_files("api", *arguments).exit_code == 2
    assert simulated_api.read(files_target) == HEALTHY


def test_a_broken_parameter_is_named_and_healthy_repairs_it(lab_files: Lab, files_target: Target) -> None:
    files_target.ssm.put_parameter(Name=PARAMETER, Value="{}", Overwrite=True)

    result = lab_files("api", "--down")
    assert result.exit_code == 1
    assert "lab files api --healthy" in result.stderr

    assert lab_files("api", "--healthy").exit_code == 0


def test_only_a_behaviour_that_lets_every_row_through_is_healthy() -> None:
    assert ApiBehaviour(latency_max_milliseconds=30_000).healthy
    assert not ApiBehaviour(failing="x").healthy
    assert not ApiBehaviour(calls_at_once=2).healthy
