"""The API behaves as the parameter says."""

import json
from decimal import Decimal
from typing import Any

import pytest

from functions.common.errors import DownstreamUnavailable
from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.row_validation import InvalidRow, OrderRow
from functions.files.processor.simulated_api import (
    ApiBehaviourReader,
    CallTimedOut,
    SimulatedApi,
)
from tests.functions.doubles import FakeClock, StubClient, client_error, raising

ORDER = OrderRow("o1", "Ann", Decimal(1))


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


def send(
    simulation: ApiBehaviour, key: str = "incoming/a.csv", draw: float = 0.5, timeout: float = 60
) -> None:
    SimulatedApi(lambda: simulation, lambda: draw).open(key).send(ORDER, timeout)


def test_latency_lies_between_the_two(slept: list[float]) -> None:
    send(ApiBehaviour(latency_min_milliseconds=5_000, latency_max_milliseconds=30_000), draw=0.2)
    assert slept == [10.0]


def test_an_answer_that_comes_too_late_is_none(slept: list[float]) -> None:
    with pytest.raises(CallTimedOut):
        send(ApiBehaviour(latency_min_milliseconds=5_000, latency_max_milliseconds=5_000), timeout=2)
    assert slept == [2]


def test_so_many_calls_fail(slept: list[float]) -> None:
    send(ApiBehaviour(error_rate=0.5), draw=0.5)
    with pytest.raises(DownstreamUnavailable):
        send(ApiBehaviour(error_rate=0.5), draw=0.49)


@pytest.mark.parametrize(
    "simulation", [ApiBehaviour(down=True), ApiBehaviour(failing="poison")], ids=["down", "failing"]
)
def test_every_call_fails_while_it_is_down_or_the_key_is_failing(
    slept: list[float], simulation: ApiBehaviour
) -> None:
    with pytest.raises(DownstreamUnavailable):
        send(simulation, key="incoming/poison-1.csv")


def test_files_whose_key_is_not_failing_are_not_concerned(slept: list[float]) -> None:
    send(ApiBehaviour(failing="poison"), key="incoming/a.csv")


def test_a_call_beyond_the_limit_is_throttled_and_one_after_the_other_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endpoint = SimulatedApi(lambda: ApiBehaviour(calls_at_once=1), lambda: 0.5).open("a")
    throttled: list[str] = []

    def second_call(_seconds: float) -> None:
        monkeypatch.setattr("time.sleep", lambda _seconds: None)
        with pytest.raises(DownstreamUnavailable, match="429") as refusal:
            endpoint.send(ORDER, 60)
        throttled.append(str(refusal.value))

    monkeypatch.setattr("time.sleep", second_call)
    endpoint.send(ORDER, 60)
    endpoint.send(ORDER, 60)

    assert throttled == ["the API answered 429: more than 1 calls at once"]


def test_an_amount_above_the_credit_limit_is_refused() -> None:
    api = SimulatedApi(
        lambda: ApiBehaviour(latency_min_milliseconds=0, latency_max_milliseconds=0), lambda: 0.5
    ).open("a")
    api.send(OrderRow("o1", "Ann", Decimal(1_000_000)), 1)
    with pytest.raises(InvalidRow, match="422"):
        api.send(OrderRow("o1", "Ann", Decimal("1000000.01")), 1)


def reader(answer: Any) -> ApiBehaviourReader:
    ssm: Any = StubClient(get_parameter=answer)
    return ApiBehaviourReader(ssm, "/api", FakeClock(), max_age_seconds=5)


def parameter(value: str) -> ApiBehaviourReader:
    return reader(lambda **_: {"Parameter": {"Value": value}})


def test_the_parameter_is_read_as_it_is_written() -> None:
    document = {
        "latencyMinMilliseconds": 1,
        "latencyMaxMilliseconds": 2,
        "errorRate": 0.1,
        "down": True,
        "failing": "x",
        "callsAtOnce": 3,
    }
    assert parameter(json.dumps(document)).read() == ApiBehaviour(
        latency_min_milliseconds=1,
        latency_max_milliseconds=2,
        error_rate=0.1,
        down=True,
        failing="x",
        calls_at_once=3,
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "[]",
        '{"latency": 5}',
        '{"latencyMinMilliseconds": 31}',
        '{"latencyMinMilliseconds": "5"}',
        '{"errorRate": 2}',
        '{"down": "yes"}',
        '{"callsAtOnce": -1}',
        '{"callsAtOnce": true}',
    ],
)
def test_what_says_nothing_sensible_counts_as_the_defaults(value: str) -> None:
    assert parameter(value).read() == ApiBehaviour()


def test_while_ssm_does_not_answer_the_defaults_hold() -> None:
    assert reader(raising(client_error("InternalServerError", 500))).read() == ApiBehaviour()
