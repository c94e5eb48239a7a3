"""Values in a query: numbers, texts, maps and lists, or None for what is missing.

JSON's true and false are 1 and 0. Fields have no types: a text that is a number counts as one where a number
is asked for, and a number has its text where a text is.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

Scalar = str | int | float
# None is a missing value; maps and lists come of jsonParse and split.
Value = Scalar | dict[str, Any] | list[Any] | None

_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DECIMALS = 4
# Beyond it a float has no fraction, and may be none that an integer should stand for.
_EXACT = 2.0**53
_LONGEST_RUN = 0x10FFFF - 0x100
_LONGEST_NUMBER = 64


class ValueKind(Enum):
    """How a column's values are shown."""

    RAW = "as they are in the log"
    COMPUTED = "as numbers of at most four decimals"
    TIMESTAMP = "as moments in UTC"


def scalar(value: Any) -> Scalar | None:
    """A value out of a JSON document: no map, no list, and 1 and 0 for true and false.

    JSON logs are flattened as they are taken in, so that a map or a list of them is no field (user guide,
    "Supported logs and discovered fields").
    """
    kind = type(value)
    if kind is str or kind is int:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    return int(value) if kind is bool else None


def number(value: Value) -> int | float | None:
    """The number that a value is, or that its text is; None for anything else, infinity too."""
    kind = type(value)
    if kind is int:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if kind is str and len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value):
        return _read_number(value)
    return None


def _read_number(text: str) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        read = float(text)
        return read if math.isfinite(read) else None


def whole(value: float) -> int | float | None:
    """The result of a computation: an int where it is one, None where it is no number."""
    if not math.isfinite(value):
        return None
    return int(value) if value == math.floor(value) and abs(value) < _EXACT else value


def text(value: Value) -> str | None:
    """The text of a scalar, as a log has it; None for maps, lists and what is missing."""
    if type(value) is str:
        return value
    if value is None or isinstance(value, dict | list):
        return None
    try:
        return str(value)
    except ValueError:  # an integer of thousands of digits: Python's limit for them
        return None


def equal(left: Value, right: Value) -> bool:
    """Whether two values are one: as numbers where either of them is one, else as texts.

    Missing values, maps and lists are never equal: "Comparing map and list to any other fields
    result in false" (user guide, "Structure types").
    """
    if left is None or right is None:
        return False
    if type(left) is str and type(right) is str:
        return left == right
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return one == other
    return (mine := text(left)) is not None and mine == text(right)


def ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """A comparison such as `<`: of numbers where both are, else of texts. It is false of what is missing."""

    def holds(left: Value, right: Value) -> bool:
        one, other = number(left), number(right)
        if one is not None and other is not None:
            return compare(one, other)
        mine, theirs = text(left), text(right)
        return mine is not None and theirs is not None and compare(mine, theirs)

    return holds


def natural_order(value: Value) -> tuple[int, int | float, str]:
    """Sort key of a value: what is missing, texts in natural order, then numbers.

    "All non-number values come before all number values"; in texts, "numeric portions by their length first
    and then by their numerical value" and the others by Unicode (user guide, sort). Where missing ones go the
    guide does not say.
    """
    found, written = number(value), text(value)
    if found is not None:
        return 2, found, written or ""
    if written is None:
        return 0, 0, ""
    return 1, 0, _DIGITS.sub(_run, written)


def _run(digits: re.Match[str]) -> str:
    """A run of digits: among other characters where digits stand, among runs by its length."""
    length = min(digits.end() - digits.start(), _LONGEST_RUN)
    return f"0{chr(0x100 + length) if length < 0xD700 else chr(0xE000)}{digits[0]}"


def shown(value: Value, kind: ValueKind) -> str | None:
    """What the answer says of a value, None for a missing one: a row has no field without a value."""
    if kind is ValueKind.TIMESTAMP and (milliseconds := number(value)) is not None:
        return moment(milliseconds)
    if type(value) is float and kind is not ValueKind.RAW:
        return rounded(value)
    return text(value)


def rounded(value: float) -> str:
    """A computed number as AWS prints it: at most four decimals, and none where they are zeros."""
    shortened = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if shortened == "-0" else shortened


def moment(milliseconds: float) -> str:
    """A timestamp as AWS prints it: `2026-11-28 09:30:00.000`, in UTC."""
    try:
        at = _EPOCH + timedelta(milliseconds=int(milliseconds))
    except OverflowError:
        return str(milliseconds)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"
