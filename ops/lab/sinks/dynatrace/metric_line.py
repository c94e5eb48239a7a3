"""One line of Dynatrace's metric ingestion protocol: `key,dimension="value" payload timestamp`.

Source: Dynatrace, "Metric ingestion protocol":
https://docs.dynatrace.com/docs/shortlink/metric-ingestion-protocol
The lengths of dimensions are those of Dynatrace's own client libraries (dynatrace-metric-utils).
"""

import re
from dataclasses import dataclass
from typing import Any

from ops.lab.sinks.dynatrace.errors import InvalidLine
from ops.lab.sinks.dynatrace.payload import Payload, read_payload

_MIN_KEY, _MAX_KEY = 3, 255
_MAX_DIMENSIONS = 50
_MAX_DIMENSION_KEY = 100
_MAX_DIMENSION_VALUE = 250
_PAST_MILLISECONDS = 3_600_000
_FUTURE_MILLISECONDS = 600_000

# Sections separated by dots; the key starts with no number, no section with a hyphen.
_KEY = re.compile(r"(?=[A-Za-z_])[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_][A-Za-z0-9_-]*)*")
_DIMENSION_KEY = re.compile(r"[a-z_][a-z0-9_:-]*(\.[a-z0-9_:][a-z0-9_:-]*)*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_UNQUOTED = re.compile(r'[^\s,="\\]+')
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True)
class MetricLine:
    """`timestamp` is in milliseconds of the epoch; None is the time of arrival."""

    key: str
    dimensions: dict[str, str]
    payload: Payload
    timestamp: int | None

    @property
    def document(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "dimensions": self.dimensions,
            "kind": self.payload.kind,
            "values": self.payload.values,
            "timestamp": self.timestamp,
        }


def read_line(line: str, now: float) -> MetricLine:
    """Parse one line that arrived at `now` (epoch seconds). Raises InvalidLine."""
    key, rest = _metric_key(line)
    dimensions, rest = _dimensions(rest)
    if not rest.startswith((" ", "\t")):
        raise InvalidLine("no space before the payload")
    if not (words := rest.split()):
        raise InvalidLine("no payload")
    payload, *timestamps = words
    if len(timestamps) > 1:
        raise InvalidLine("something follows the timestamp")
    return MetricLine(key, dimensions, read_payload(payload), _timestamp(timestamps, now))


def _metric_key(line: str) -> tuple[str, str]:
    key = re.split(r"[,\s]", line, maxsplit=1)[0]
    if not _KEY.fullmatch(key) or not _MIN_KEY <= len(key) <= _MAX_KEY:
        raise InvalidLine("invalid metric key")
    if key.startswith("dt."):  # Metrics API, POST ingest data points: reserved
        raise InvalidLine("the prefix dt. is reserved")
    return key, line[len(key) :]


def _dimensions(rest: str) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}
    while rest.startswith(","):
        key, equals, rest = rest[1:].partition("=")
        if not equals or not _DIMENSION_KEY.fullmatch(key) or len(key) > _MAX_DIMENSION_KEY:
            raise InvalidLine(f"invalid dimension key {key[:_MAX_DIMENSION_KEY]!r}")
        if key in found:  # Dynatrace keeps one of the two: a loss that a sender should know of
            raise InvalidLine(f"dimension {key} is there twice")
        found[key], rest = _dimension_value(rest)
    if len(found) > _MAX_DIMENSIONS:
        raise InvalidLine(f"{len(found)} dimensions, more than {_MAX_DIMENSIONS}")
    return found, rest


def _dimension_value(rest: str) -> tuple[str, str]:
    match = _QUOTED.match(rest) or _UNQUOTED.match(rest)
    if match is None:
        raise InvalidLine("invalid dimension value")
    value = _ESCAPED.sub(r"\1", match[1]) if match.re is _QUOTED else match[0]
    if not 1 <= len(value) <= _MAX_DIMENSION_VALUE:
        raise InvalidLine(f"a dimension value of {len(value)} characters")
    return value, rest[match.end() :]


def _timestamp(texts: list[str], now: float) -> int | None:
    if not texts:
        return None
    if not re.fullmatch(r"[0-9]+", texts[0]):
        raise InvalidLine(f"timestamp {texts[0]} is no number")
    timestamp, now_milliseconds = int(texts[0]), now * 1000
    if not now_milliseconds - _PAST_MILLISECONDS <= timestamp <= now_milliseconds + _FUTURE_MILLISECONDS:
        raise InvalidLine("timestamp not from 1 hour ago to 10 minutes ahead")
    return timestamp
