"""The payload of a metric line: a gauge, its summary, or the delta of a counter."""

import math
import re
from dataclasses import dataclass

from ops.lab.sinks.dynatrace.errors import InvalidLine

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_SUMMARY = {"min", "max", "sum", "count"}
# As Dynatrace's own answers name it: "inconsistent gauge fields: min <= avg <= max doesn't hold … tolerance"
# (reported in micrometer-metrics/micrometer#5037).
_TOLERANCE = 0.000001


@dataclass(frozen=True)
class Payload:
    """`kind` is gauge or count; `values` has `value`, or min, max, sum and count, or `delta`."""

    kind: str
    values: dict[str, float]


def read_payload(text: str) -> Payload:
    """Parse `5`, `gauge,5`, `gauge,min=1,max=9,sum=10,count=2` or `count,delta=5`. Raises InvalidLine."""
    kind, comma, rest = text.partition(",")
    if not comma:
        return Payload("gauge", {"value": _number(text)})
    if kind == "count":
        return Payload("count", _delta(rest))
    if kind != "gauge":
        raise InvalidLine(f"unknown format {kind}")
    return Payload("gauge", _summary(rest) if "=" in rest else {"value": _number(rest)})


def _delta(text: str) -> dict[str, float]:
    name, _, value = text.partition("=")
    if name != "delta":
        raise InvalidLine("a count needs delta=")
    return {"delta": _number(value)}


def _summary(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(",")]
    values = {name: _number(value) for name, _, value in pairs}
    if values.keys() != _SUMMARY or len(pairs) != len(_SUMMARY):
        raise InvalidLine("a summary needs min, max, sum and count, each once")
    if values["count"] < 1 or values["count"] != int(values["count"]):
        raise InvalidLine("the count of a summary must be a whole number above 0")
    average = values["sum"] / values["count"]
    if not values["min"] - _TOLERANCE <= average <= values["max"] + _TOLERANCE:
        raise InvalidLine(f"inconsistent gauge fields: min <= avg <= max doesn't hold, avg: {average:f}")
    return values


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise InvalidLine(f"{text!r} is no finite number")
    return float(text)
