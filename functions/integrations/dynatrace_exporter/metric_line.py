"""Lines of the metric ingestion protocol: one line a data point.

https://docs.dynatrace.com/docs/shortlink/metric-ingestion-protocol: a key of 3 to 255 characters, at most 50
dimensions whose keys are lower case, quoted values, the payload, and a timestamp in UTC milliseconds.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

MAX_DIMENSIONS = 50
MAX_KEY_CHARACTERS = 255
MAX_DIMENSION_KEY_CHARACTERS = 100
MAX_VALUE_CHARACTERS = 255

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_][A-Za-z0-9_-]*)*")
_DIMENSION_KEY = re.compile(r"[a-z_][a-z0-9_.:-]*")


class InvalidLine(ValueError):
    """Dynatrace would refuse it: a fault in the name of the metric."""


def prefix(key: str, dimensions: Mapping[str, str]) -> str:
    """Key and dimensions, which identify a series. Dimensions without a value are left out. Raises
    InvalidLine."""
    if not _KEY.fullmatch(key) or not 3 <= len(key) <= MAX_KEY_CHARACTERS:
        raise InvalidLine(f"no metric key: {key!r}")
    if len(dimensions) > MAX_DIMENSIONS:
        raise InvalidLine(f"{key} has {len(dimensions)} dimensions, more than {MAX_DIMENSIONS}")
    for name in dimensions:
        if not _DIMENSION_KEY.fullmatch(name) or len(name) > MAX_DIMENSION_KEY_CHARACTERS:
            raise InvalidLine(f"no dimension key: {name!r}")
    return ",".join([key, *(f"{name}={_quoted(value)}" for name, value in dimensions.items() if value)])


def gauge(prefix: str, value: float, epoch_seconds: int) -> str:
    return f"{prefix} gauge,{_number(value)} {epoch_seconds * 1000}"


def summary(prefix: str, *, least: float, most: float, total: float, count: float, epoch_seconds: int) -> str:
    """Several measurements as one point."""
    figures = f"min={_number(least)},max={_number(most)},sum={_number(total)},count={_number(count)}"
    return f"{prefix} gauge,{figures} {epoch_seconds * 1000}"


def count(prefix: str, delta: float, epoch_seconds: int) -> str:
    """Dynatrace adds up what it gets: each occurrence must be sent once."""
    return f"{prefix} count,delta={_number(delta)} {epoch_seconds * 1000}"


def _quoted(value: str) -> str:
    one_line = re.sub(r"[\x00-\x1f\x7f]+", " ", value)[:MAX_VALUE_CHARACTERS]
    escaped = one_line.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(value: float) -> str:
    """Decimal, without an exponent and without the ".0" of a whole number."""
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")
