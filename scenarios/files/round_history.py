"""History of rounds: when executions of the state machine were at work on the queue, by their own records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from ops.lab.app.target import Target

_OPEN, _CLOSE, _REFUSED = "Open", "Close", "AlreadyRunning"


@dataclass(frozen=True)
class RecordedRound:
    """From when an execution had the lock until it began to give it back, or until its last event."""

    execution: str
    begins: datetime
    ends: datetime


def rounds(target: Target, since: float) -> list[RecordedRound]:
    """Every round that began since then (epoch seconds), in the order of their beginnings."""
    found = [round_ for execution in _executions(target, since) for round_ in _rounds(target, execution)]
    return sorted(found, key=lambda round_: round_.begins)


def refusals(target: Target, since: float) -> int:
    """How many executions since then ended at once, since another had the lock."""
    return sum(refused(target, execution) for execution in _executions(target, since))


def refused(target: Target, execution: str) -> bool:
    """Whether an execution (by ARN) has ended, or is about to, since another had the lock."""
    return any(
        event.get("stateEnteredEventDetails", {}).get("name") == _REFUSED
        for event in _history(target, execution)
    )


def overlaps(found: list[RecordedRound]) -> list[tuple[RecordedRound, RecordedRound]]:
    """Neighbours of which one began before the other had ended."""
    return [(one, next_) for one, next_ in pairwise(found) if next_.begins < one.ends]


def _executions(target: Target, since: float) -> list[str]:
    pages = target.stepfunctions.get_paginator("list_executions").paginate(
        stateMachineArn=target.output("CsvStateMachineArn")
    )
    executions = [execution for page in pages for execution in page["executions"]]
    return [each["executionArn"] for each in executions if each["startDate"].timestamp() >= since]


def _rounds(target: Target, execution: str) -> Iterator[RecordedRound]:
    """The machine opens the lock again for each batch, which is its own already then."""
    begins: datetime | None = None
    last = None
    for event in _history(target, execution):
        last = event["timestamp"]
        details = event.get("stateExitedEventDetails") or event.get("stateEnteredEventDetails") or {}
        entered = "stateEnteredEventDetails" in event
        if not entered and details.get("name") == _OPEN and begins is None and _granted(details["output"]):
            begins = last
        elif entered and details.get("name") == _CLOSE and begins is not None:
            yield RecordedRound(execution, begins, last)
            begins = None
    if begins is not None and last is not None:
        yield RecordedRound(execution, begins, last)


def _history(target: Target, execution: str) -> Iterator[Any]:
    pages = target.stepfunctions.get_paginator("get_execution_history").paginate(
        executionArn=execution, includeExecutionData=True
    )
    return (event for page in pages for event in page["events"])


def _granted(output: str) -> bool:
    return '"granted":true' in output.replace(" ", "")
