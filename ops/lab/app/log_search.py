"""Search in log groups by CloudWatch's own filter: what names one of these words, oldest first."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine, log_group
from ops.lab.app.target import Target


def find_lines(
    target: Target,
    functions: Sequence[FunctionName],
    words: Sequence[str],
    since: float,
    until: float | None = None,
) -> list[FunctionLogLine]:
    """Lines of the functions that have any of the words, between these times (epoch seconds), or to now."""
    lines = [
        FunctionLogLine(
            function, event["timestamp"], event["message"].rstrip("\n"), event.get("logStreamName", "")
        )
        for function in functions
        for event in _find(target, log_group(target, function), words, since, until)
    ]
    return sorted(lines, key=lambda line: line.time_ms)


def find_outcome_events(
    target: Target, key: str, since: float, until: float | None = None
) -> list[dict[str, Any]]:
    """The outcome events of a key that the bus delivered to the event log, between these times (epoch
    seconds), or to now."""
    found = _find(target, target.output("OutcomeLogGroupName"), [key], since, until)
    events = (json.loads(event["message"]) for event in found)
    return [event for event in events if event.get("detail", {}).get("idempotencyKey") == key]


def any_of(words: Sequence[str]) -> str:
    """The filter pattern for text with any of the words, one of which stands alone (CloudWatch Logs user
    guide, "Match terms in unstructured log events")."""
    quoted = [json.dumps(word, ensure_ascii=False) for word in words]
    return quoted[0] if len(quoted) == 1 else " ".join(f"?{each}" for each in quoted)


def _find(
    target: Target, group: str, words: Sequence[str], since: float, until: float | None
) -> Iterator[Any]:
    pages = target.logs.get_paginator("filter_log_events")
    end: Any = {} if until is None else {"endTime": int(until * 1000)}
    try:
        for page in pages.paginate(
            logGroupName=group, startTime=int(since * 1000), filterPattern=any_of(words), **end
        ):
            yield from page["events"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
