"""Probes of CloudWatch Logs: what the functions logged, and which outcome events the bus delivered there."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from functions.ingestion.outcome_names import SUCCESS
from ops.lab.app.function_names import FunctionName, processing_function
from ops.lab.app.log_tail import FunctionLogLine, LogTail
from ops.lab.app.target import Target

# A function's clock, the bus's and ours need not agree to the second.
_CLOCK_SKEW_MS = 5_000


def lines(target: Target, function: FunctionName, since: float) -> list[FunctionLogLine]:
    """Every line of the function since then (epoch seconds)."""
    return LogTail(target, [function], int(since * 1000)).read()


def count(target: Target, function: FunctionName, since: float, **fields: Any) -> int:
    """How many structured lines have all of these fields with these values."""
    found = (line.fields for line in lines(target, function, since))
    return sum(line is not None and fields.items() <= line.items() for line in found)


def count_text(target: Target, function: FunctionName, since: float, text: str) -> int:
    """How many lines, Lambda's own included, contain the text."""
    return sum(text in line.message for line in lines(target, function, since))


def taken_again(target: Target, function: FunctionName, seconds: float) -> int:
    """How many records of the last seconds were skipped as duplicates, or met the lease of an attempt."""
    found = (line.fields or {} for line in lines(target, function, time.time() - seconds))
    return sum(bool(each.get("duplicate")) or each.get("errorType") == "LeaseHeld" for each in found)


def partial_batches(target: Target, since: float) -> int:
    """How many invocations of the worker finished some records of their batch and failed others."""
    outcomes: dict[str, set[bool]] = defaultdict(set)
    for line in lines(target, FunctionName.WORKER, since):
        fields = line.fields or {}
        if fields.get("processed") or fields.get("errorType"):
            outcomes[str(fields.get("requestId"))].add(bool(fields.get("processed")))
    return sum(len(seen) == 2 for seen in outcomes.values())


def circuit_changes(target: Target, since: float, circuit: str, state: str) -> int:
    """How often an execution environment's circuit changed to `state`: open, half-open or closed.

    The function that calls the downstream logs it.
    """
    return count(target, processing_function(target), since, circuit=circuit, circuitState=state)


@dataclass(frozen=True)
class CircuitStateChange:
    """One line that a function logged: the circuit of one execution environment is open, half-open or closed
    from then on (epoch seconds)."""

    at: float
    circuit: str
    environment: str
    state: str


def circuit_state_changes(target: Target, since: float) -> list[CircuitStateChange]:
    """Every change of every circuit of ingest and of what processes, since then (epoch seconds), in order."""
    functions = list(dict.fromkeys((FunctionName.INGEST, FunctionName.WORKER, processing_function(target))))
    found = LogTail(target, functions, int(since * 1000)).read()
    return [
        CircuitStateChange(
            line.time_ms / 1000,
            str(line.fields["circuit"]),
            line.environment,
            str(line.fields["circuitState"]),
        )
        for line in found
        if line.fields and "circuitState" in line.fields
    ]


def circuit_refusals(target: Target, since: float) -> int:
    """How many attempts at a record ended at an open circuit."""
    return count(target, FunctionName.WORKER, since, errorType="CircuitOpen")


def processed(target: Target, since: float) -> Counter[str]:
    """How often the worker noted each idempotency key as processed, since then (epoch seconds).

    It does so after the verdict, which the table takes once: so once, whatever is delivered twice or cut off.
    """
    found = (line.fields for line in lines(target, FunctionName.WORKER, since))
    return Counter(str(line["idempotencyKey"]) for line in found if line and line.get("processed"))


@dataclass(frozen=True)
class SuccessEvent:
    """A success event as the bus delivered it. `event_id` is the same at each repetition; `attempt` is the
    number of the attempt that put it, from 1; `occurred_at` is when it did, as it says."""

    event_id: str
    attempt: int
    occurred_at: str


def success_events(target: Target, since: float) -> dict[str, list[SuccessEvent]]:
    """Every success event by its idempotency key, delivered since then (epoch seconds)."""
    found: dict[str, list[SuccessEvent]] = defaultdict(list)
    for detail in _success_details(target, since):
        found[detail["idempotencyKey"]].append(
            SuccessEvent(detail["eventId"], detail["attempts"], detail["occurredAt"])
        )
    return dict(found)


def announced_orders(target: Target, since: float) -> set[str]:
    """The `orderId` of every success event that was delivered since then, whatever its key was."""
    return {str(detail["orderId"]) for detail in _success_details(target, since)}


def _success_details(target: Target, since: float) -> Iterator[dict[str, Any]]:
    pages = target.logs.get_paginator("filter_log_events").paginate(
        logGroupName=target.output("OutcomeLogGroupName"), startTime=int(since * 1000) - _CLOCK_SKEW_MS
    )
    for page in pages:
        for line in page["events"]:
            event = json.loads(line["message"])
            if event["detail-type"] == SUCCESS:
                yield event["detail"]


def announced(target: Target, keys: Collection[str], since: float) -> int:
    """How many success events of these keys were delivered since then. One that came again counts once.

    After an attempt that is cut off behind its event the next one puts it once more, under the same eventId,
    and EventBridge may deliver one twice, as it tries again (user guide, eb-rule-retry-policy).
    """
    found = success_events(target, since)
    return sum(len({event.event_id for event in found.get(key, ())}) for key in set(keys))
