"""Log record: a log event as a query sees it, with the fields that are discovered in it.

A message is parsed once, and only by a query that names a field of it: most of the time goes there.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic_core import from_json

from lab_emulator.logs.insights.values import Scalar, Value, scalar

Getter = Callable[[Any], Value]
"""What a row has of one field."""

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# Lines of Lambda itself, and those that its runtimes write for a handler: level, time, request id, text; or
# time, request id, level, text; or time, request id and "Task timed out".
_PLATFORM_LINE = re.compile(r"(START|END|REPORT) RequestId: (\S+)")
_HANDLER_LINE = re.compile(rf"(?:\[\w+\]\t)?\d{{4}}-\d\d-\d\dT[\d:.]+Z[\t ]({_UUID})[\t ]")
_REPORT_FIELD = re.compile(r"(?P<name>[A-Za-z][A-Za-z ]*): (?P<value>[\w.-]+)(?: (?P<unit>ms|MB))?")
_REPORT_NAMES = {
    "Duration": "@duration",
    "Billed Duration": "@billedDuration",
    "Init Duration": "@initDuration",
    "Memory Size": "@memorySize",
    "Max Memory Used": "@maxMemoryUsed",
    "XRAY TraceId": "@xrayTraceId",
    "SegmentId": "@xraySegmentId",
}
# Queries of the user guide divide by 1000 twice to get from bytes to the MB of the line.
_BYTES_OF_MB = 1_000_000
# A stream of Lambda's is named by date, version and environment, whatever its group.
_LAMBDA_STREAM = re.compile(r"\d{4}/\d\d/\d\d/.*\[(?:\$LATEST|\d+)\][0-9a-f]{32}")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")  # Python's parsers would take NaN and Infinity


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_NO_VALUES: dict[str, Value] = {}

LAMBDA_FIELDS = frozenset({"@type", "@requestId", *_REPORT_NAMES.values()})


class LogRecord:
    """One event. Times are milliseconds since the epoch; `log` is `account-id:log-group-name`.

    `values` are the fields that the query itself made of it: a mapping that is replaced, and never changed.
    """

    __slots__ = (
        "_document",
        "_lambda",
        "event_id",
        "ingestion_time",
        "log",
        "message",
        "stream",
        "timestamp",
        "values",
    )

    def __init__(
        self, timestamp: int, ingestion_time: int, message: str, stream: str, log: str, event_id: int
    ) -> None:
        self.timestamp = timestamp
        self.ingestion_time = ingestion_time
        self.message = message
        self.stream = stream
        self.log = log
        self.event_id = event_id
        self.values: dict[str, Value] = _NO_VALUES
        self._document: dict[str, Any] | list[Any] | None = None
        self._lambda: dict[str, Scalar] | None = None

    def document(self) -> dict[str, Any] | list[Any]:
        """The JSON that the message is; of Lambda's logs the first in it. Empty where there is none."""
        found = self._document
        if found is None:
            found = self._document = self._parse()
        return found

    def forget(self) -> None:
        """Drop what was parsed: of many records that wait to be sorted few are looked at again."""
        self._document = None

    def lambda_fields(self) -> dict[str, Scalar]:
        """What is discovered in a line of a Lambda function's log."""
        found = self._lambda
        if found is None:
            found = self._lambda = _lambda_fields(self.message)
        return found

    def _parse(self) -> dict[str, Any] | list[Any]:
        message = self.message
        if "{" not in message:
            return {}
        try:
            parsed = from_json(message, cache_strings="keys", allow_inf_nan=False)
        except ValueError:
            parsed = self._embedded()
        return parsed if type(parsed) is dict or type(parsed) is list else {}

    def _embedded(self) -> dict[str, Any] | list[Any]:
        """The first in a line of Lambda's: "only for the first embedded JSON fragment in each log event"."""
        if not is_lambda(self.log, self.stream):
            return {}
        try:
            return _DECODER.raw_decode(self.message, self.message.index("{"))[0]
        except (ValueError, RecursionError):
            return {}


def is_lambda(log: str, stream: str) -> bool:
    """Whether a function writes this log: by its group's name, or its stream's, whatever the group."""
    return ":/aws/lambda/" in log or _LAMBDA_STREAM.fullmatch(stream) is not None


def _lambda_fields(message: str) -> dict[str, Scalar]:
    if line := _PLATFORM_LINE.match(message):
        fields: dict[str, Scalar] = {"@type": line[1], "@requestId": line[2]}
        if line[1] == "REPORT":
            fields |= _report_fields(message)
        return fields
    written = _HANDLER_LINE.match(message)
    return {"@requestId": written[1]} if written else {}


def _report_fields(message: str) -> dict[str, Scalar]:
    fields: dict[str, Scalar] = {}
    for found in _REPORT_FIELD.finditer(message):
        if name := _REPORT_NAMES.get(found["name"].strip()):
            fields[name] = _measure(found["value"], found["unit"])
    return fields


def _measure(value: str, unit: str | None) -> Scalar:
    if unit == "MB":
        return int(float(value) * _BYTES_OF_MB)
    if unit == "ms":
        return float(value) if "." in value else int(value)
    return value


SYSTEM_FIELDS: dict[str, Getter] = {
    "@timestamp": lambda record: record.timestamp,
    "@ingestionTime": lambda record: record.ingestion_time,
    "@message": lambda record: record.message,
    "@logStream": lambda record: record.stream,
    "@log": lambda record: record.log,
}


def all_fields(record: LogRecord) -> dict[str, Scalar]:
    """Everything that there is of a record, JSON by flattened names: what GetLogRecord answers."""
    fields: dict[str, Scalar] = {name: get(record) for name, get in SYSTEM_FIELDS.items()}
    return fields | record.lambda_fields() | dict(_flattened(record.document(), ""))


def _flattened(value: Any, name: str) -> Iterator[tuple[str, Scalar]]:
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _flattened(each, f"{name}.{key}" if name else str(key))
    elif (found := scalar(value)) is not None:
        yield f"@{name}" if name.startswith("@") else name, found


TIMESTAMP_FIELDS = frozenset({"@timestamp", "@ingestionTime"})


def discovered_field(keys: Sequence[str]) -> Getter:
    """What a record has of a field that is neither of the system nor of the query.

    A JSON key with an @ of its own is named with two, `@@key` (user guide, "Supported logs and discovered
    fields").
    """
    first = keys[0]
    if first.startswith("@") and not first.startswith("@@"):
        name = ".".join(keys)
        if name not in LAMBDA_FIELDS:
            return lambda _record: None
        return lambda record: record.lambda_fields().get(name)
    path = [step for key in keys for step in key.split(".")]
    path[0] = path[0].removeprefix("@")
    return _top_field(path[0]) if len(path) == 1 else lambda record: scalar(value_at(record.document(), path))


def _top_field(key: str) -> Getter:
    """Of the first level. A message in which the key is not written has no such field, and is not parsed for
    it; one with a backslash may write it in another way."""
    written = json.dumps(key, ensure_ascii=False)

    def get(record: LogRecord) -> Scalar | None:
        document = record._document
        if document is None:
            message = record.message
            if written not in message and "\\" not in message:
                return None
            document = record.document()
        if type(document) is not dict:
            return None
        value = document.get(key)
        return value if type(value) is str else scalar(value)

    return get


def value_at(value: Any, path: Sequence[str]) -> Any:
    """What a path leads to. A key may have dots of its own: a flattened name does not tell."""
    if not path:
        return value
    if isinstance(value, dict):
        for length in range(1, len(path) + 1):
            key = path[0] if length == 1 else ".".join(path[:length])
            if key in value and (found := value_at(value[key], path[length:])) is not None:
                return found
    elif isinstance(value, list) and path[0].isdigit() and int(path[0]) < len(value):
        return value_at(value[int(path[0])], path[1:])
    return None
