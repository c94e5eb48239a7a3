"""What a JSON pattern asserts about a document. An absent property satisfies NOT EXISTS and nothing else."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lab_emulator.logs.patterns.message import LogMessage
from lab_emulator.logs.patterns.selector import Selector

Test = Callable[[Any], bool]
ORDERINGS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Condition(Protocol):
    def holds(self, document: Any) -> bool: ...


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Condition, ...]

    def holds(self, document: Any) -> bool:
        return all(part.holds(document) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def holds(self, document: Any) -> bool:
        return any(part.holds(document) for part in self.parts)


@dataclass(frozen=True)
class SomeValue:
    """At least one of the selected values passes the test."""

    selector: Selector
    test: Test

    def holds(self, document: Any) -> bool:
        return any(self.test(value) for value in self.selector.values(document))


@dataclass(frozen=True)
class NotExists:
    selector: Selector

    def holds(self, document: Any) -> bool:
        return not self.selector.values(document)


@dataclass(frozen=True)
class JsonPattern:
    """Matches the events whose text is JSON and for which the condition holds."""

    condition: Condition

    def matches(self, message: LogMessage) -> bool:
        return message.document is not None and self.condition.holds(message.document)


def is_number(value: Any) -> bool:
    """JSON's true and false are no numbers, though Python's are."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_text(value: Any) -> str | None:
    """Return a scalar as it stands in the log, None for what cannot be compared as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None
