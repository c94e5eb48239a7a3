"""One round, however many ask for it; none where there is nothing to do."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.common import clients
from functions.common.environment import to_variables
from functions.files.environment import RoundStarterEnvironment
from functions.files.round_starter import handler as module
from functions.files.round_starter.starter import REMEMBERED_SECONDS
from functions.files.rounds.lock import BELIEVED_SECONDS
from tests.functions.doubles import FakeClock, client_error
from tests.functions.files.rounds.pipeline import MACHINE, Pipeline, execution_arn

ARRIVAL = {"detail-type": "Object Created", "source": "aws.s3"}
SCHEDULE = {"detail-type": "Scheduled Event", "source": "aws.events"}

Invoke = Callable[[dict[str, str]], str | None]


@pytest.fixture
def invoke(pipeline: Pipeline, context: Any, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    environment = RoundStarterEnvironment(
        control_table_name=pipeline.table.table_name,
        queue_url=pipeline.queue_url,
        state_machine_arn=MACHINE,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "stepfunctions", lambda: pipeline.stepfunctions)
    monkeypatch.setattr(module, "system_clock", pipeline.clock)

    def call(event: dict[str, str]) -> str | None:
        started: str | None = module.handler(event, context)["started"]
        return started

    return call


def another_environment() -> None:
    """The next invocation is Lambda's first in a new execution environment."""
    module.starter.cache_clear()


def test_an_arrival_starts_a_round(pipeline: Pipeline, invoke: Invoke) -> None:
    assert invoke(ARRIVAL) == execution_arn("round-0")
    assert list(pipeline.stepfunctions.status) == [execution_arn("round-0")]


def test_a_schedule_starts_a_round_for_what_waits_and_none_for_nothing(
    pipeline: Pipeline, invoke: Invoke
) -> None:
    assert invoke(SCHEDULE) is None
    pipeline.arrive()
    assert invoke(SCHEDULE) == execution_arn("round-0")
    pipeline.receive()  # in flight: it comes back by itself, visibly
    assert invoke(SCHEDULE) is None


def test_a_burst_costs_one_start_an_environment_and_makes_one_execution(
    pipeline: Pipeline, invoke: Invoke
) -> None:
    for _ in range(5):
        another_environment()
        for _ in range(100):
            invoke(ARRIVAL)
    assert pipeline.stepfunctions.calls == ["StartExecution"] * 5
    assert len(pipeline.stepfunctions.status) == 1


def test_while_a_round_is_at_work_a_burst_asks_about_it_once_an_environment(
    pipeline: Pipeline, invoke: Invoke, clock: FakeClock
) -> None:
    pipeline.lock().take(pipeline.stepfunctions.begin("a"))
    for _ in range(100):
        assert invoke(ARRIVAL) is None
    assert pipeline.stepfunctions.calls == []  # the lock is young
    clock.advance(BELIEVED_SECONDS + REMEMBERED_SECONDS)
    for _ in range(100):
        assert invoke(ARRIVAL) is None
    assert pipeline.stepfunctions.calls == ["DescribeExecution"]
    clock.advance(REMEMBERED_SECONDS)
    assert invoke(ARRIVAL) is None
    assert pipeline.stepfunctions.calls == ["DescribeExecution"] * 2


def test_an_arrival_after_the_last_look_starts_the_next_round_at_once(
    pipeline: Pipeline, invoke: Invoke
) -> None:
    first = invoke(ARRIVAL)
    assert first
    pipeline.lock().take(first)
    pipeline.lock().release(first)  # it still runs, and will not look at the queue again
    assert invoke(ARRIVAL) == execution_arn("round-1")


def test_a_dead_owner_is_succeeded(pipeline: Pipeline, invoke: Invoke, clock: FakeClock) -> None:
    dead = invoke(ARRIVAL)
    assert dead
    pipeline.lock().take(dead)
    pipeline.stepfunctions.end(dead, "ABORTED")
    clock.advance(BELIEVED_SECONDS)
    successor = invoke(ARRIVAL)
    assert successor not in (None, dead)
    assert pipeline.stepfunctions.status[str(successor)] == "RUNNING"


def test_a_round_that_failed_before_it_had_the_lock_is_tried_again(
    pipeline: Pipeline, invoke: Invoke, clock: FakeClock
) -> None:
    failed = invoke(ARRIVAL)
    assert failed
    pipeline.stepfunctions.end(failed, "FAILED")
    clock.advance(REMEMBERED_SECONDS)
    retried = {invoke(ARRIVAL) for _ in range(10)} - {None}
    assert len(retried) == 1
    assert retried != {failed}


def test_the_schedule_trusts_nothing_that_an_arrival_found_out(pipeline: Pipeline, invoke: Invoke) -> None:
    """The execution that was just started failed at once: the next minute's look mends it, not five later."""
    failed = invoke(ARRIVAL)
    assert failed
    pipeline.stepfunctions.end(failed, "FAILED")
    pipeline.arrive()
    assert invoke(ARRIVAL) is None
    assert invoke(SCHEDULE) not in (None, failed)


def test_a_failed_start_is_raised_and_not_remembered(pipeline: Pipeline, invoke: Invoke) -> None:
    """Lambda repeats the event; and a sibling tries for itself."""
    pipeline.stepfunctions.fault = client_error("ThrottlingException")
    with pytest.raises(ClientError, match="Throttling"):
        invoke(ARRIVAL)
    pipeline.stepfunctions.fault = None
    assert invoke(ARRIVAL) == execution_arn("round-0")
