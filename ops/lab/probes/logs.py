"""What the functions logged."""

from collections import defaultdict
from typing import Any

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine, LogTail
from ops.lab.app.target import Target


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


def partial_batches(target: Target, since: float) -> int:
    """How many invocations of the worker finished some records of their batch and failed others."""
    outcomes: dict[str, set[bool]] = defaultdict(set)
    for line in lines(target, FunctionName.WORKER, since):
        fields = line.fields or {}
        if fields.get("processed") or fields.get("errorType"):
            outcomes[str(fields.get("requestId"))].add(bool(fields.get("processed")))
    return sum(len(seen) == 2 for seen in outcomes.values())
