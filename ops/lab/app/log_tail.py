"""Tail of the functions' logs: their lines from CloudWatch Logs, oldest first."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from botocore.exceptions import ClientError

from ops.lab.app.function_names import FunctionName, name_on_lambda
from ops.lab.app.target import Target

# What Powertools adds to every line and what a reader has seen already.
UNINTERESTING = frozenset(
    {
        "level",
        "message",
        "timestamp",
        "service",
        "location",
        "xray_trace_id",
        "exception",
        "function_name",
        "function_arn",
        "function_memory_size",
        "function_request_id",
        "cold_start",
    }
)
# CloudWatch Logs shows an event some seconds after its time, and the emulator when its invocation is over:
# look that far back for late ones.
_LATE_SECONDS = 60


@dataclass(frozen=True)
class FunctionLogLine:
    """One event of a log group. `time_ms` is milliseconds since the epoch. `environment` is its log stream:
    each execution environment has its own."""

    function: FunctionName
    time_ms: int
    message: str
    environment: str = ""

    @property
    def fields(self) -> dict[str, Any] | None:
        """The fields of a JSON line; None for Lambda's own START, END and REPORT, or any other text."""
        try:
            parsed = json.loads(self.message)
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None


_GROUPS: "WeakKeyDictionary[Target, dict[str, str]]" = WeakKeyDictionary()


def log_group(target: Target, function: FunctionName) -> str:
    """Where the function logs, as Lambda has it configured; asked once for each function that is deployed."""
    known, name = _GROUPS.setdefault(target, {}), name_on_lambda(target, function)
    if name not in known:
        configuration = target.functions.get_function_configuration(FunctionName=name)
        known[name] = configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
    return known[name]


class LogTail:
    """Reads the log groups of `functions`; each `read` returns what is new since the last one.

    `pattern` lets only what matches through. Lines that come more than `late_seconds` after their time, and
    after a later one, are missed.
    """

    def __init__(
        self,
        target: Target,
        functions: Sequence[FunctionName],
        since_ms: int,
        *,
        pattern: str = "",
        late_seconds: float = _LATE_SECONDS,
    ) -> None:
        self._target = target
        self._pattern: Any = {"filterPattern": pattern} if pattern else {}
        self._late_ms = int(late_seconds * 1000)
        self._groups = {function: log_group(target, function) for function in functions}
        self._since_ms = since_ms
        self._seen: dict[str, int] = {}  # times in milliseconds, by event id

    def read(self) -> list[FunctionLogLine]:
        """New lines of all groups, in the order of their times. A group that is not there yet has none."""
        lines = [line for function, group in self._groups.items() for line in self._new(function, group)]
        lines.sort(key=lambda line: line.time_ms)
        if lines:
            self._since_ms = max(self._since_ms, lines[-1].time_ms - self._late_ms)
            self._seen = {id_: time_ms for id_, time_ms in self._seen.items() if time_ms >= self._since_ms}
        return lines

    def follow(self, every_seconds: float = 1.0) -> Iterator[FunctionLogLine]:
        """Yield lines for ever, asking again every `every_seconds`."""
        while True:
            yield from self.read()
            time.sleep(every_seconds)

    def _new(self, function: FunctionName, group: str) -> Iterator[FunctionLogLine]:
        pages = self._target.logs.get_paginator("filter_log_events")
        try:
            for page in pages.paginate(logGroupName=group, startTime=self._since_ms, **self._pattern):
                for event in page["events"]:
                    if event["eventId"] not in self._seen:
                        self._seen[event["eventId"]] = event["timestamp"]
                        text = event["message"].rstrip("\n")
                        stream = event.get("logStreamName", "")
                        yield FunctionLogLine(function, event["timestamp"], text, stream)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
