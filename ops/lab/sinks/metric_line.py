"""Line of Dynatrace's metric ingestion protocol, checked: `key,dimension="value" payload timestamp`.

Source: Dynatrace, "Metric ingestion protocol":
https://docs.dynatrace.com/docs/shortlink/metric-ingestion-protocol
The lengths of dimensions are those of Dynatrace's own client libraries (dynatrace-metric-utils).
"""

import math
import re
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_SUMMARY = {"min", "max", "sum", "count"}
# As Dynatrace's own answers name it: "inconsistent gauge fields: min <= avg <= max doesn't hold … tolerance"
# (reported in micrometer-metrics/micrometer#5037).
_TOLERANCE = 0.000001
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


class InvalidMetricLine(Exception):
    """The line breaks the protocol; the message says how, in the words of the answer."""


@dataclass(frozen=True)
class Payload:
    """A gauge, its summary, or the delta of a counter.

    `kind` is gauge or count; `values` has `value`, or min, max, sum and count, or `delta`.
    """

    kind: str
    values: dict[str, float]


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
    """Parse one line that arrived at `now` (epoch seconds). Raises InvalidMetricLine."""
    key, rest = _metric_key(line)
    dimensions, rest = _dimensions(rest)
    if not rest.startswith((" ", "\t")):
        raise InvalidMetricLine("no space before the payload")
    if not (words := rest.split()):
        raise InvalidMetricLine("no payload")
    payload, *timestamps = words
    if len(timestamps) > 1:
        raise InvalidMetricLine("something follows the timestamp")
    return MetricLine(key, dimensions, read_payload(payload), _timestamp(timestamps, now))


def _metric_key(line: str) -> tuple[str, str]:
    key = re.split(r"[,\s]", line, maxsplit=1)[0]
    if not _KEY.fullmatch(key) or not _MIN_KEY <= len(key) <= _MAX_KEY:
        raise InvalidMetricLine("invalid metric key")
    if key.startswith("dt."):  # Metrics API, POST ingest data points: reserved
        raise InvalidMetricLine("the prefix dt. is reserved")
    return key, line[len(key) :]


def _dimensions(rest: str) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}
    while rest.startswith(","):
        key, equals, rest = rest[1:].partition("=")
        if not equals or not _DIMENSION_KEY.fullmatch(key) or len(key) > _MAX_DIMENSION_KEY:
            raise InvalidMetricLine(f"invalid dimension key {key[:_MAX_DIMENSION_KEY]!r}")
        if key in found:  # Dynatrace keeps one of the two: a loss that a sender should know of
            raise InvalidMetricLine(f"dimension {key} is there twice")
        found[key], rest = _dimension_value(rest)
    if len(found) > _MAX_DIMENSIONS:
        raise InvalidMetricLine(f"{len(found)} dimensions, more than {_MAX_DIMENSIONS}")
    return found, rest


def _dimension_value(rest: str) -> tuple[str, str]:
    match = _QUOTED.match(rest) or _UNQUOTED.match(rest)
    if match is None:
        raise InvalidMetricLine("invalid dimension value")
    value = _ESCAPED.sub(r"\1", match[1]) if match.re is _QUOTED else match[0]
    if not 1 <= len(value) <= _MAX_DIMENSION_VALUE:
        raise InvalidMetricLine(f"a dimension value of {len(value)} characters")
    return value, rest[match.end() :]


def _timestamp(texts: list[str], now: float) -> int | None:
    if not texts:
        return None
    if not re.fullmatch(r"[0-9]+", texts[0]):
        raise InvalidMetricLine(f"timestamp {texts[0]} is no number")
    timestamp, now_milliseconds = int(texts[0]), now * 1000
    if not now_milliseconds - _PAST_MILLISECONDS <= timestamp <= now_milliseconds + _FUTURE_MILLISECONDS:
        raise InvalidMetricLine("timestamp not from 1 hour ago to 10 minutes ahead")
    return timestamp


def read_payload(text: str) -> Payload:
    """Parse `5`, `gauge,5`, `gauge,min=1,max=9,sum=10,count=2` or `count,delta=5`.

    Raises InvalidMetricLine.
    """
    kind, comma, rest = text.partition(",")
    if not comma:
        return Payload("gauge", {"value": _number(text)})
    if kind == "count":
        return Payload("count", _delta(rest))
    if kind != "gauge":
        raise InvalidMetricLine(f"unknown format {kind}")
    return Payload("gauge", _summary(rest) if "=" in rest else {"value": _number(rest)})


def _delta(text: str) -> dict[str, float]:
    name, _, value = text.partition("=")
    if name != "delta":
        raise InvalidMetricLine("a count needs delta=")
    return {"delta": _number(value)}


def _summary(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(",")]
    values = {name: _number(value) for name, _, value in pairs}
    if values.keys() != _SUMMARY or len(pairs) != len(_SUMMARY):
        raise InvalidMetricLine("a summary needs min, max, sum and count, each once")
    if values["count"] < 1 or values["count"] != int(values["count"]):
        raise InvalidMetricLine("the count of a summary must be a whole number above 0")
    average = values["sum"] / values["count"]
    if not values["min"] - _TOLERANCE <= average <= values["max"] + _TOLERANCE:
        raise InvalidMetricLine(
            f"inconsistent gauge fields: min <= avg <= max doesn't hold, avg: {average:f}"
        )
    return values


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise InvalidMetricLine(f"{text!r} is no finite number")
    return float(text)
