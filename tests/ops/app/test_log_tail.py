"""Tail of the functions' logs: each line once, however many there are."""

import time
from typing import Any

import pytest

from ops.lab.app import log_tail
from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import LogTail
from ops.lab.app.target import Target


@pytest.fixture
def group(target: Target, monkeypatch: pytest.MonkeyPatch) -> str:
    name = "/lab/worker"
    target.logs.create_log_group(logGroupName=name)
    target.logs.create_log_stream(logGroupName=name, logStreamName="one")
    monkeypatch.setattr(log_tail, "log_group", lambda *_: name)
    return name


def _write(target: Target, group: str, time_ms: int, count: int) -> None:
    events: Any = [{"timestamp": time_ms + at, "message": f"line {time_ms + at}"} for at in range(count)]
    target.logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)


def test_many_lines_of_the_last_minute_are_not_told_twice(target: Target, group: str) -> None:
    began = int(time.time() * 1000) - 50_000
    tail = LogTail(target, [FunctionName.WORKER], began)
    told = []

    for at in range(3):
        _write(target, group, began + at * 5_000, 5_000)
        told += [line.message for line in tail.read()]

    assert len(told) == len(set(told)) == 15_000
    assert tail.read() == []


def test_a_line_that_is_late_is_told(target: Target, group: str) -> None:
    now = int(time.time() * 1000)
    tail = LogTail(target, [FunctionName.WORKER], now - 120_000, late_seconds=60)
    _write(target, group, now, 1)
    assert len(tail.read()) == 1

    _write(target, group, now - 30_000, 1)

    assert [line.time_ms for line in tail.read()] == [now - 30_000]
