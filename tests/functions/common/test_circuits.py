"""The circuit's states, driven by a clock that only the tests move."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from functions.common.circuits import Circuit
from functions.common.errors import CircuitOpen, DownstreamUnavailable, TransientFailure
from functions.common.side_by_side import SideBySide
from tests.functions.doubles import FakeClock, LogSink, client_error

FAIL_MAX = 3
RESET_SECONDS = 30.0
PATIENCE_SECONDS = 30  # of calls that would wait for each other for ever
REFUSED = client_error("ConditionalCheckFailedException")


class Service:
    """Answers "done", or raises `error`, and counts the calls that reach it."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return "done"


@pytest.fixture
def sink() -> LogSink:
    return LogSink()


@pytest.fixture
def circuit(clock: FakeClock, sink: LogSink) -> Circuit:
    return Circuit("Test", fail_max=FAIL_MAX, reset_seconds=RESET_SECONDS, clock=clock, logger=sink.logger)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def opened(circuit: Circuit, service: Service) -> Circuit:
    """The circuit, opened by a service that is still down."""
    service.error = DownstreamUnavailable("down")
    fail(circuit, service, FAIL_MAX)
    service.calls = 0
    return circuit


def fail(circuit: Circuit, service: Callable[[], Any], times: int) -> None:
    for _ in range(times):
        with pytest.raises(DownstreamUnavailable):
            circuit.call(service)


def test_a_closed_circuit_hands_arguments_and_answer_through(circuit: Circuit) -> None:
    assert circuit.call(divmod, 7, 2) == (3, 1)


def test_each_failure_up_to_the_one_that_opens_it_is_told_as_it_was(opened: Circuit) -> None:
    with pytest.raises(CircuitOpen):
        opened.refuse_while_open()


def test_an_open_circuit_calls_nobody_and_says_when_to_come_back(
    opened: Circuit, service: Service, clock: FakeClock
) -> None:
    clock.advance(10)
    for refused in (lambda: opened.call(service), opened.refuse_while_open):
        with pytest.raises(CircuitOpen, match="circuit of Test is open: try again in 20 s") as caught:
            refused()
        assert caught.value.retry_after_seconds == RESET_SECONDS - 10
    assert service.calls == 0


def test_only_failures_in_a_row_open_it(circuit: Circuit, service: Service) -> None:
    for _ in range(3):
        service.error = DownstreamUnavailable("down")
        fail(circuit, service, FAIL_MAX - 1)
        service.error = None
        assert circuit.call(service) == "done"


@pytest.mark.parametrize(
    "error", [REFUSED, client_error("AccessDeniedException", 403), TransientFailure("x"), KeyError("x")]
)
def test_an_answer_that_the_caller_does_not_like_is_no_failure(
    circuit: Circuit, service: Service, error: Exception
) -> None:
    service.error = error
    for _ in range(2 * FAIL_MAX):
        with pytest.raises(type(error)):
            circuit.call(service)
    assert service.calls == 2 * FAIL_MAX


def test_half_open_lets_one_trial_out_and_success_closes_it(
    opened: Circuit, service: Service, clock: FakeClock
) -> None:
    clock.advance(RESET_SECONDS)
    service.error = None
    opened.refuse_while_open()
    assert [opened.call(service), opened.call(service)] == ["done", "done"]


def test_a_refusal_shows_that_the_service_is_back(
    opened: Circuit, service: Service, clock: FakeClock
) -> None:
    clock.advance(RESET_SECONDS)
    service.error = REFUSED
    for _ in range(2):
        with pytest.raises(type(REFUSED)):
            opened.call(service)


def test_a_failed_trial_opens_it_for_as_long_again(
    opened: Circuit, service: Service, clock: FakeClock
) -> None:
    clock.advance(RESET_SECONDS)
    fail(opened, service, 1)
    clock.advance(RESET_SECONDS - 1)
    with pytest.raises(CircuitOpen):
        opened.call(service)
    assert service.calls == 1


def test_after_it_closed_it_takes_as_many_failures_as_before_to_open(
    opened: Circuit, service: Service, clock: FakeClock
) -> None:
    clock.advance(RESET_SECONDS)
    service.error = None
    opened.call(service)
    service.error = DownstreamUnavailable("down")
    fail(opened, service, FAIL_MAX)
    with pytest.raises(CircuitOpen):
        opened.call(service)


def test_work_without_another_chance_gets_one_trial_before_its_time(
    opened: Circuit, service: Service
) -> None:
    opened.allow_trial()
    fail(opened, service, 1)
    with pytest.raises(CircuitOpen):
        opened.call(service)
    service.error = None
    opened.allow_trial()
    assert [opened.call(service), opened.call(service)] == ["done", "done"]


def test_a_trial_changes_nothing_while_all_is_well(circuit: Circuit, service: Service) -> None:
    circuit.allow_trial()
    service.error = DownstreamUnavailable("down")
    fail(circuit, service, FAIL_MAX)


def test_each_change_of_state_is_one_line(
    opened: Circuit, service: Service, clock: FakeClock, sink: LogSink
) -> None:
    clock.advance(RESET_SECONDS)
    fail(opened, service, 1)
    clock.advance(RESET_SECONDS)
    service.error = None
    opened.call(service)

    states = [(line["message"], line["circuit"], line["circuitState"]) for line in sink.lines()]
    expected = ["open", "half-open", "open", "half-open", "closed"]
    assert states == [("circuit state changed", "Test", state) for state in expected]
    assert {line.get("reason") for line in sink.lines()} == {"DownstreamUnavailable", None}


def test_a_change_of_state_does_not_count_as_an_error_of_its_own(opened: Circuit, sink: LogSink) -> None:
    assert not any("errorType" in line for line in sink.lines())


def test_calls_of_several_threads_go_out_at_the_same_time(circuit: Circuit) -> None:
    barrier = threading.Barrier(2)
    ended = SideBySide(2).run([lambda: circuit.call(barrier.wait, PATIENCE_SECONDS)] * 2)
    assert sorted(call.result() for call in ended) == [0, 1]


def test_a_call_that_comes_back_to_an_open_circuit_changes_nothing(
    circuit: Circuit, service: Service, clock: FakeClock
) -> None:
    """It went out before others opened it, and waited for longer."""
    service.error = DownstreamUnavailable("down")

    def slow(outcome: Callable[[], Any]) -> Any:
        fail(circuit, service, FAIL_MAX)
        clock.advance(10)
        return outcome()

    with pytest.raises(DownstreamUnavailable):
        circuit.call(slow, service)
    with pytest.raises(CircuitOpen) as refused:
        circuit.refuse_while_open()
    assert refused.value.retry_after_seconds == RESET_SECONDS - 10


def test_failures_of_several_threads_add_up(circuit: Circuit) -> None:
    barrier = threading.Barrier(FAIL_MAX)

    def fail_together() -> None:
        barrier.wait(PATIENCE_SECONDS)
        raise DownstreamUnavailable("down")

    ended = SideBySide(FAIL_MAX).run([lambda: circuit.call(fail_together)] * FAIL_MAX)
    assert {type(call.exception()) for call in ended} == {DownstreamUnavailable}
    with pytest.raises(CircuitOpen):
        circuit.refuse_while_open()
