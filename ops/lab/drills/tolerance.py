"""Which values of a probe are good."""

from collections.abc import Callable
from dataclasses import dataclass

Value = int | float | str


@dataclass(frozen=True)
class Tolerance:
    """`text` completes the sentence "the value is …"."""

    text: str
    accepts: Callable[[Value], bool]

    def __str__(self) -> str:
        return self.text


def equals(wanted: Value) -> Tolerance:
    return Tolerance(f"= {wanted}", lambda value: value == wanted)


def at_least(least: float) -> Tolerance:
    return Tolerance(f"≥ {least:g}", lambda value: _number(value) >= least)


def at_most(most: float) -> Tolerance:
    return Tolerance(f"≤ {most:g}", lambda value: _number(value) <= most)


def between(least: float, most: float) -> Tolerance:
    """Both ends included."""
    return Tolerance(f"{least:g} to {most:g}", lambda value: least <= _number(value) <= most)


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise TypeError(f"{value!r} is compared with a number")
    return value
