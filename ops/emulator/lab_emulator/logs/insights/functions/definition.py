"""Definition of a function: what it computes, of how many arguments, and how its values are shown."""

from collections.abc import Callable
from dataclasses import dataclass

from lab_emulator.logs.insights.values import Value, ValueKind, number, text


@dataclass(frozen=True)
class QueryFunction:
    """Function of a query. `most` is None where there may be any number of arguments.

    `call` gets a value for each argument, None where it is missing, and answers None where it has no value.
    """

    call: Callable[..., Value]
    least: int
    most: int | None
    kind: ValueKind = ValueKind.RAW

    def accepts(self, count: int) -> bool:
        """Whether it takes so many arguments."""
        return count >= self.least and (self.most is None or count <= self.most)


def of_numbers(compute: Callable[..., Value], least: int = 1, most: int | None = 1) -> QueryFunction:
    """A function that has no value where one of its arguments is no number."""

    def call(*arguments: Value) -> Value:
        numbers = [number(argument) for argument in arguments]
        if None in numbers:
            return None
        try:
            return compute(*numbers)
        except (ValueError, ArithmeticError):
            return None

    return QueryFunction(call, least, most, ValueKind.COMPUTED)


def of_texts(compute: Callable[..., Value], least: int = 1, most: int | None = 1) -> QueryFunction:
    """A function that has no value where one of its arguments is missing, a map or a list."""

    def call(*arguments: Value) -> Value:
        texts = [text(argument) for argument in arguments]
        if None in texts:
            return None
        try:
            return compute(*texts)
        except ValueError:
            return None

    return QueryFunction(call, least, most)
