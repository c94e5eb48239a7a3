"""What the state machine sends, and what it reads from the answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.common import clients
from functions.common.environment import to_variables
from functions.files.environment import RoundControlEnvironment
from functions.files.round_control.handler import handler
from functions.files.round_control.round_steps import LockLost
from functions.files.rounds.task import Task
from tests.functions.doubles import FakeClock
from tests.functions.files.rounds.pipeline import Pipeline

Call = Callable[..., dict[str, Any]]
GOOD = {"outcome": "SUCCEEDED", "answer": {"apiCalls": 50, "apiErrors": 0, "apiLatencyMilliseconds": 20.0}}
BAD = {"outcome": "RETURNED", "answer": None, "errorType": "DownstreamUnavailable"}


@pytest.fixture
def call(pipeline: Pipeline, context: Any, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Invoke the handler; the answer has been through JSON, as through Lambda."""
    environment = RoundControlEnvironment(
        control_table_name=pipeline.table.table_name,
        queue_url=pipeline.queue_url,
        concurrency=3,
        min_concurrency=1,
        max_concurrency=10,
        stagger_milliseconds=1_000,
        max_wait_seconds=20,
        recall_seconds=0,
        retry_seconds=10,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "stepfunctions", lambda: pipeline.stepfunctions)
    monkeypatch.setattr("functions.files.round_control.handler.system_clock", pipeline.clock)

    def invoke(step: str, execution: str, **more: Any) -> dict[str, Any]:
        event = json.loads(json.dumps({"step": step, "execution": execution, **more}, default=str))
        answer: dict[str, Any] = json.loads(json.dumps(handler(event, context)))
        return answer

    return invoke


def test_a_round_from_its_opening_to_its_end(pipeline: Pipeline, call: Call) -> None:
    mine, other = pipeline.stepfunctions.begin("mine"), pipeline.stepfunctions.begin("other")
    pipeline.arrive("incoming/a.csv")
    pipeline.arrive("incoming/high/b.csv")

    assert call("open", mine) == {"granted": True, "concurrency": 3, "owner": mine}
    assert call("open", other) == {"granted": False, "concurrency": 3, "owner": mine}
    first, second = call("plan", mine, messages=pipeline.receive())["items"]
    assert (first["task"]["key"], second["task"]["key"]) == ("incoming/high/b.csv", "incoming/a.csv")
    assert (first["waitSeconds"], second["waitSeconds"]) == (0, 1)
    assert Task.from_document(first["task"]).round_id == "mine"
    assert first["receiptHandle"]
    assert call("report", mine, results=[GOOD, GOOD])["pressure"] == 0
    assert call("close", mine) == {"more": False}
    assert call("open", other)["granted"]


def test_closing_looks_for_what_arrived_meanwhile(pipeline: Pipeline, call: Call) -> None:
    mine = pipeline.stepfunctions.begin("mine")
    call("open", mine)
    pipeline.arrive()
    assert call("close", mine) == {"more": True}
    assert pipeline.lock_item().owner is None


def test_a_repeated_closing_answers_the_same_and_frees_nobody_elses_lock(
    pipeline: Pipeline, call: Call
) -> None:
    mine, other = pipeline.stepfunctions.begin("mine"), pipeline.stepfunctions.begin("other")
    pipeline.arrive()
    call("open", mine)
    call("close", mine)
    call("open", other)
    assert call("close", mine) == {"more": True}
    assert pipeline.lock_item().owner == other


def test_without_the_lock_nothing_is_planned(pipeline: Pipeline, call: Call, clock: FakeClock) -> None:
    """An execution that somebody redrives goes on in the middle, and another has been at work for long."""
    mine, other = pipeline.stepfunctions.begin("mine"), pipeline.stepfunctions.begin("other")
    call("open", mine)
    pipeline.stepfunctions.end(mine, "ABORTED")
    clock.advance(60)
    call("open", other)
    pipeline.stepfunctions.begin("mine")
    with pytest.raises(LockLost, match="other"):
        call("plan", mine, messages=[])
    call("close", other)
    with pytest.raises(LockLost, match="nobody"):
        call("plan", mine, messages=[])


def test_pressure_slows_the_next_plan_and_wears_off(pipeline: Pipeline, call: Call) -> None:
    mine = pipeline.stepfunctions.begin("mine")
    call("open", mine)
    pipeline.arrive()
    messages = pipeline.receive()

    def wait() -> int:
        return int(call("plan", mine, messages=messages)["items"][0]["waitSeconds"])

    levels = [call("report", mine, results=[BAD])["pressure"] for _ in range(7)]
    assert levels == [1, 2, 4, 8, 16, 20, 20]
    assert wait() == 20
    assert call("report", mine, results=[GOOD]) == {
        "pressure": 19,
        "errorRate": 0.0,
        "latencyMilliseconds": 20.0,
    }
    assert wait() == 19
    while call("report", mine, results=[GOOD])["pressure"]:
        pass
    assert wait() == 0


def test_the_map_gets_the_concurrency_within_its_bounds(pipeline: Pipeline, call: Call) -> None:
    mine = pipeline.stepfunctions.begin("mine")
    for stored, granted in ((7, 7), (0, 1), (500, 10), ("many", 3)):
        pipeline.table.write("concurrency", {"current": stored})
        assert call("open", mine)["concurrency"] == granted


def test_a_stopped_executions_batch_is_given_back_by_the_next(
    pipeline: Pipeline, call: Call, clock: FakeClock
) -> None:
    """All but what was done with: a message that was deleted stays so."""
    dead, mine = pipeline.stepfunctions.begin("dead"), pipeline.stepfunctions.begin("mine")
    call("open", dead)
    pipeline.arrive("incoming/done.csv")
    pipeline.arrive("incoming/begun.csv")
    items = call("plan", dead, messages=pipeline.receive())["items"]
    clients.sqs().delete_message(QueueUrl=pipeline.queue_url, ReceiptHandle=items[0]["receiptHandle"])
    pipeline.stepfunctions.end(dead, "ABORTED")
    clock.advance(60)
    assert pipeline.receive() == []
    call("open", mine)
    (again,) = call("plan", mine, messages=pipeline.receive())["items"]
    assert again["task"]["key"] == items[1]["task"]["key"]
    assert again["receiveCount"] == 2


def test_a_batch_that_failed_as_a_whole_is_given_back_by_its_closing(pipeline: Pipeline, call: Call) -> None:
    mine = pipeline.stepfunctions.begin("mine")
    call("open", mine)
    pipeline.arrive()
    call("plan", mine, messages=pipeline.receive())
    assert call("close", mine) == {"more": True}


def test_a_batch_that_was_reported_keeps_its_backoffs(pipeline: Pipeline, call: Call) -> None:
    mine = pipeline.stepfunctions.begin("mine")
    call("open", mine)
    pipeline.arrive()
    call("plan", mine, messages=pipeline.receive())
    call("report", mine, results=[BAD])
    call("open", mine)
    assert call("close", mine) == {"more": False}


def test_an_unknown_step_is_refused(call: Call) -> None:
    with pytest.raises(ValueError, match="dance"):
        call("dance", "arn:mine")
