"""Functions that look whether there is a value, or which of several to take."""

from lab_emulator.logs.insights.functions.definition import QueryFunction
from lab_emulator.logs.insights.values import Value, number

_MOST_BRANCHES = 10  # of case (user guide, "General functions")


def is_true(value: Value) -> bool:
    """Whether a condition holds of a value: a number that is not zero, and what else is not empty."""
    return bool(value)


def _coalesce(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _if(condition: Value, then: Value, otherwise: Value) -> Value:
    return then if is_true(condition) else otherwise


def _case(*parts: Value) -> Value:
    """Pairs of a condition and a value, and perhaps a default."""
    for position in range(0, len(parts) - 1, 2):
        if is_true(parts[position]):
            return parts[position + 1]
    return parts[-1] if len(parts) % 2 else None


CHOICE_FUNCTIONS = {
    "ispresent": QueryFunction(lambda value: int(value is not None), 1, 1),
    "coalesce": QueryFunction(_coalesce, 1, None),
    "if": QueryFunction(_if, 3, 3),
    "case": QueryFunction(_case, 2, 2 * _MOST_BRANCHES + 1),
    "isnumeric": QueryFunction(lambda value: int(number(value) is not None), 1, 1),
}
