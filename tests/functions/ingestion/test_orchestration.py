"""Which keys go through the state machine, and what an execution's end means."""

import json
from typing import Any

import pytest

from functions.common.errors import AwsCallFailed, PayloadTooLarge, SchemaValidationError, StepFailed
from functions.ingestion.orchestration import MAX_INPUT_BYTES, Orchestration
from functions.ingestion.wire_error import to_wire
from tests.functions.doubles import StubClient

KEYS = [f"key-{index}" for index in range(1_000)]


def orchestration(percent: int = 100, **answer: Any) -> Orchestration:
    client: Any = StubClient(start_sync_execution=lambda **_: answer)
    return Orchestration(client, "arn:machine", percent, timeout_seconds=2)


def taken(percent: int) -> set[str]:
    return {key for key in KEYS if orchestration(percent).takes(key, "{}")}


def test_none_at_0_and_all_at_100() -> None:
    assert (taken(0), taken(100)) == (set(), set(KEYS))


def test_a_share_is_about_that_share_and_a_higher_one_only_adds_keys() -> None:
    assert 210 < len(taken(25)) < 290  # three standard deviations (41) around 250
    assert taken(10) < taken(25) < taken(80)


def test_an_input_that_the_machine_cannot_hold_goes_the_direct_way() -> None:
    assert orchestration().takes("key", "x" * MAX_INPUT_BYTES)
    assert not orchestration().takes("key", "é" * (MAX_INPUT_BYTES // 2 + 1))


def test_success_answers_the_output() -> None:
    machine = orchestration(status="SUCCEEDED", output='{"outcome": "processed"}')
    assert machine.run("{}") == {"outcome": "processed"}


def test_the_error_of_a_step_is_raised_as_itself() -> None:
    cause = json.dumps({"errorMessage": str(to_wire(SchemaValidationError("no amount")))})
    machine = orchestration(status="FAILED", error="SchemaValidationError", cause=cause)
    with pytest.raises(SchemaValidationError, match="no amount"):
        machine.run("{}")


@pytest.mark.parametrize(
    ("answer", "class_", "error_type"),
    [
        ({"status": "TIMED_OUT"}, AwsCallFailed, "States.Timeout"),
        ({"status": "TIMED_OUT", "error": "States.Timeout", "cause": ""}, AwsCallFailed, "States.Timeout"),
        ({"status": "FAILED", "error": "Sandbox.Timedout"}, AwsCallFailed, "Sandbox.Timedout"),
        ({"status": "FAILED", "error": "KeyError"}, StepFailed, "KeyError"),
        ({"status": "FAILED"}, StepFailed, "States.Runtime"),
    ],
)
def test_what_no_step_raised_keeps_its_name(
    answer: dict[str, Any], class_: type[AwsCallFailed | StepFailed], error_type: str
) -> None:
    with pytest.raises(class_) as caught:
        orchestration(**answer).run("{}")
    assert caught.value.error_type == error_type


def test_an_event_that_outgrows_a_state_is_too_large() -> None:
    with pytest.raises(PayloadTooLarge):
        orchestration(status="FAILED", error="States.DataLimitExceeded", cause="too large").run("{}")
