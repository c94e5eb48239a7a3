"""Whether log and bus tell of what the table says."""

import json
from typing import Any

import pytest

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.told_verdict import is_told

AT = "2026-11-28T10:00:00.500Z"
AT_SECONDS = 1_795_860_000.5
EMITTED = "2026-11-28T10:00:00.400Z"
SUCCEEDED = {"status": "SUCCEEDED", "processedAt": AT, "eventEmittedAt": EMITTED}
FAILED = {"status": "FAILED", "processedAt": AT, "errorType": "SchemaValidationError"}


def line(at: float, **fields: Any) -> FunctionLogLine:
    return FunctionLogLine(FunctionName.WORKER, round(at * 1000), json.dumps(fields))


def told(item: dict[str, str], *lines: FunctionLogLine, announced: tuple[str, ...] = ()) -> bool:
    return is_told(item, AT_SECONDS - 60, None, lines, announced)


PROCESSED = line(AT_SECONDS + 0.01, processed=True)


def test_a_success_is_told_by_its_line_and_its_event() -> None:
    assert told(SUCCEEDED, PROCESSED, announced=(EMITTED,))
    assert not told(SUCCEEDED, PROCESSED)
    assert not told(SUCCEEDED, announced=(EMITTED,))


def test_those_of_an_attempt_before_do_not_tell_of_it() -> None:
    before = line(AT_SECONDS - 30, processed=True)
    assert not told(SUCCEEDED, before, announced=(EMITTED,))
    assert not told(SUCCEEDED, PROCESSED, announced=("2026-11-28T09:59:30.400Z",))


def test_a_failure_is_told_by_a_line_with_its_error() -> None:
    assert told(FAILED, line(AT_SECONDS - 0.01, errorType="SchemaValidationError"))
    assert not told(FAILED, line(AT_SECONDS, message="cold start"))


@pytest.mark.parametrize("item", [{}, {"status": "INFLIGHT"}])
def test_without_a_verdict_there_is_nothing_to_tell(item: dict[str, str]) -> None:
    assert told(item)


def test_of_a_verdict_of_another_time_nothing_is_expected() -> None:
    assert is_told(SUCCEEDED, AT_SECONDS + 1, None, [], [])
    assert is_told(SUCCEEDED, 0, AT_SECONDS - 1, [], [])
    assert not is_told(SUCCEEDED, 0, AT_SECONDS, [], [])
