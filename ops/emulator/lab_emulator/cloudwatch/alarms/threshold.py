"""How a value is compared with an alarm's threshold, and how CloudWatch puts that in words."""

import operator
from collections.abc import Callable

COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


def breaches(value: float, comparison_operator: str, threshold: float) -> bool:
    """Whether `value` is on the wrong side of `threshold`."""
    return COMPARISONS[comparison_operator][0](value, threshold)


def in_words(comparison_operator: str) -> str:
    """`greater than`, as in "was greater than the threshold"."""
    return COMPARISONS[comparison_operator][1]
