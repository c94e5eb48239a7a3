"""Search in log groups by CloudWatch's own filter: what names one of these words, oldest first."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine, log_group
from ops.lab.app.target import Target


def find_lines(
    target: Target, functions: Sequence[FunctionName], words: Sequence[str], since: float
) -> list[FunctionLogLine]:
    """Lines of the functions that have any of the words, since then (epoch seconds)."""
    lines = [
        FunctionLogLine(
            function, event["timestamp"], event["message"].rstrip("\n"), event.get("logStreamName", "")
        )
        for function in functions
        for event in _find(target, log_group(target, function), words, since)
    ]
    return sorted(lines, key=lambda line: line.time_ms)


def find_outcome_events(target: Target, key: str, since: float) -> list[dict[str, Any]]:
    """The outcome events of a key that the bus delivered to the event log, since then (epoch seconds)."""
    found = _find(target, target.output("OutcomeLogGroupName"), [key], since)
    events = (json.loads(event["message"]) for event in found)
    return [event for event in events if event.get("detail", {}).get("idempotencyKey") == key]


def any_of(words: Sequence[str]) -> str:
    """The filter pattern for text with any of the words, one of which stands alone (CloudWatch Logs user
    guide, "Match terms in unstructured log events")."""
    quoted = [json.dumps(word, ensure_ascii=False) for word in words]
    return quoted[0] if len(quoted) == 1 else " ".join(f"?{each}" for each in quoted)


def _find(target: Target, group: str, words: Sequence[str], since: float) -> Iterator[Any]:
    pages = target.logs.get_paginator("filter_log_events")
    try:
        for page in pages.paginate(
            logGroupName=group, startTime=int(since * 1000), filterPattern=any_of(words)
        ):
            yield from page["events"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
