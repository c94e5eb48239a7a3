"""Conditions of a filter expression: the keywords, and what each looks at in a trace.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html. A condition outside of braces is
about the trace, whose errors, response time and HTTP are those of its root segment; one in the braces of
`service(…)` or `edge(…)` is about each segment of that service.
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from lab_emulator.xray.trace import Document, Trace, entities
from lab_emulator.xray.trace_summary import (
    annotations,
    failures,
    http,
    is_partial,
    response_seconds,
    service_id,
)

Value = str | float | bool

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "CONTAINS": lambda text, part: part in text,
    "BEGINSWITH": str.startswith,
    "ENDSWITH": str.endswith,
}
# What AWS's page has and this emulator has not.
_NOT_EMULATED = (
    "first",
    "last",
    "remote",
    "index",
    "coverage",
    "message",
    "json",
    "availabilityzone",
    "instance.id",
)
_NOT_EMULATED_GROUPS = ("group.", "rootcause.")


class InvalidFilter(Exception):
    """An expression that X-Ray does not take, or that this emulator does not evaluate; says which, and
    why."""


@dataclass(frozen=True)
class FilterScope:
    """What a condition is about: a trace, or one of its segments."""

    trace: Trace
    segment: Document | None = None

    @property
    def subject(self) -> Document:
        return self.segment if self.segment is not None else self.trace.root

    @property
    def segments(self) -> tuple[Document, ...]:
        return (self.segment,) if self.segment is not None else self.trace.segments


class FilterCondition(Protocol):
    """One of the classes below."""

    def holds(self, scope: FilterScope) -> bool: ...


@dataclass(frozen=True)
class Every:
    parts: tuple[FilterCondition, ...]

    def holds(self, scope: FilterScope) -> bool:
        return all(part.holds(scope) for part in self.parts)


@dataclass(frozen=True)
class Either:
    parts: tuple[FilterCondition, ...]

    def holds(self, scope: FilterScope) -> bool:
        return any(part.holds(scope) for part in self.parts)


@dataclass(frozen=True)
class Negation:
    part: FilterCondition

    def holds(self, scope: FilterScope) -> bool:
        return not self.part.holds(scope)


@dataclass(frozen=True)
class KeywordCondition:
    """Comparison of what a keyword names; a boolean keyword alone asks whether it is true."""

    read: Callable[[FilterScope], Value | None]
    compare: Callable[[Any, Any], bool]
    value: Value

    @classmethod
    def of(cls, name: str, sign: str | None, value: Value | None) -> "KeywordCondition":
        """Raises InvalidFilter for a keyword that is none, or cannot be compared so."""
        if name in _NOT_EMULATED or name.startswith(_NOT_EMULATED_GROUPS):
            raise InvalidFilter(f"the keyword {name} is not emulated by the DLQ Reliability Lab; AWS has it")
        if read := _BOOLEANS.get(name):
            wanted = True if sign is None else value
            if sign not in (None, "=", "!=") or not isinstance(wanted, bool):
                raise InvalidFilter(f"{name} is true or false: {name}, !{name}, {name} = false")
            return cls(read, _ORDER[sign or "="], wanted)
        if read := _NUMBERS.get(name):
            if sign not in _ORDER or isinstance(value, str | bool) or value is None:
                raise InvalidFilter(f"{name} is compared with a number, by one of {', '.join(_ORDER)}")
            return cls(read, _ORDER[sign], value)
        if read := _STRINGS.get(name):
            if sign not in _TEXT or not isinstance(value, str):
                raise InvalidFilter(f'{name} is compared with a "string", by one of {", ".join(_TEXT)}')
            return cls(read, _TEXT[sign], value)
        raise InvalidFilter(f"there is no keyword {name}")

    def holds(self, scope: FilterScope) -> bool:
        found = self.read(scope)
        return found is not None and self.compare(found, self.value)


@dataclass(frozen=True)
class AnnotationCondition:
    """Whether any annotation of that key compares so; without an operator, whether there is one."""

    key: str
    sign: str | None = None
    value: Value | None = None

    def __post_init__(self) -> None:
        known = _TEXT if isinstance(self.value, str) else _ORDER
        if self.sign is not None and self.sign not in known:
            raise InvalidFilter(f"{self.sign} does not compare annotation.{self.key} with {self.value!r}")

    def holds(self, scope: FilterScope) -> bool:
        found = (
            value for segment in scope.segments for key, value in annotations(segment) if key == self.key
        )
        return any(self._matches(value) for value in found)

    def _matches(self, found: Value) -> bool:
        if self.sign is None or self.value is None:
            return True
        if isinstance(self.value, str):
            return isinstance(found, str) and _TEXT[self.sign](found, self.value)
        same_kind = isinstance(found, bool) is isinstance(self.value, bool) and not isinstance(found, str)
        return same_kind and _ORDER[self.sign](found, self.value)


@dataclass(frozen=True)
class ServiceMatch:
    """A service by name, type or account; what is None may be anything."""

    name: str | None = None
    type: str | None = None
    account_id: str | None = None

    def fits(self, segment: Document) -> bool:
        found = service_id(segment)
        wanted = {"Name": self.name, "Type": self.type, "AccountId": self.account_id}
        return all(value is None or found.get(key) == value for key, value in wanted.items())


@dataclass(frozen=True)
class ServiceCondition:
    """Whether the trace has a segment of that service for which the inner condition holds."""

    match: ServiceMatch
    inner: FilterCondition | None = None

    def holds(self, scope: FilterScope) -> bool:
        return any(
            self.match.fits(segment)
            and (self.inner is None or self.inner.holds(FilterScope(scope.trace, segment)))
            for segment in scope.segments
        )


@dataclass(frozen=True)
class Connection:
    """Whether one service called the other, and the inner condition holds for the called segment."""

    source: ServiceMatch
    target: ServiceMatch
    inner: FilterCondition | None = None

    def holds(self, scope: FilterScope) -> bool:
        return any(
            self.inner is None or self.inner.holds(FilterScope(scope.trace, s)) for s in self._called(scope)
        )

    def _called(self, scope: FilterScope) -> Iterator[Document]:
        owners = {part["id"]: segment for segment in scope.trace.segments for part in entities(segment)}
        for segment in scope.segments:
            caller = owners.get(segment.get("parent_id", ""))
            if caller is not None and self.source.fits(caller) and self.target.fits(segment):
                yield segment


def _is_ok(scope: FilterScope) -> bool:
    return not any(failures(scope.subject).values())


def _seconds(scope: FilterScope) -> float:
    if scope.segment is None:
        return response_seconds(scope.trace)
    return float((scope.segment.get("end_time") or scope.segment["start_time"]) - scope.segment["start_time"])


def _of_http(name: str) -> Callable[[FilterScope], Value | None]:
    return lambda scope: http(scope.subject).get(name)


def _of_segment(name: str) -> Callable[[FilterScope], Value | None]:
    return lambda scope: scope.subject.get(name)


_BOOLEANS: dict[str, Callable[[FilterScope], Value | None]] = {
    "ok": _is_ok,
    "error": lambda scope: failures(scope.subject)["error"],
    "fault": lambda scope: failures(scope.subject)["fault"],
    "throttle": lambda scope: failures(scope.subject)["throttle"],
    "partial": lambda scope: is_partial(scope.trace),
    "inferred": lambda scope: bool(scope.subject.get("inferred")),
    "root": lambda scope: scope.subject is scope.trace.root,
}
_NUMBERS: dict[str, Callable[[FilterScope], Value | None]] = {
    "responsetime": _seconds,
    "duration": lambda scope: scope.trace.duration if scope.segment is None else _seconds(scope),
    "http.status": _of_http("HttpStatus"),
}
_STRINGS: dict[str, Callable[[FilterScope], Value | None]] = {
    "http.url": _of_http("HttpURL"),
    "http.method": _of_http("HttpMethod"),
    "http.useragent": _of_http("UserAgent"),
    "http.clientip": _of_http("ClientIp"),
    "user": _of_segment("user"),
    "name": _of_segment("name"),
    "type": _of_segment("origin"),
    "resource.arn": _of_segment("resource_arn"),
}
