"""Second evaluation of queries, for generated ones: a description of a query, its text, and its answer.

It shares nothing with the code that is tested, and takes the longest way: each event becomes a dictionary of
all its flattened fields, each command a loop over all rows.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Fields = dict[str, Any]


def flatten(value: Any, name: str = "") -> Fields:
    if isinstance(value, dict | list):
        pairs = (
            value.items() if isinstance(value, dict) else ((str(at), each) for at, each in enumerate(value))
        )
        flat: Fields = {}
        for key, each in pairs:
            flat |= flatten(each, f"{name}.{key}" if name else key)
        return flat
    if value is None:
        return {}
    return {name: int(value) if isinstance(value, bool) else value}


def as_number(value: Any) -> float | None:
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) and set(value) <= set("0123456789.-+e ") else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Term:
    """Expression: its text, and what it is of a row."""

    text: str
    of: Callable[[Fields], Any]


@dataclass(frozen=True)
class Step:
    """Command: its text, and what it makes of all rows."""

    text: str
    apply: Callable[[list[Fields]], list[Fields]]


def field(name: str) -> Term:
    return Term(name, lambda row: row.get(name))


def literal(value: str | int | float) -> Term:
    text = json.dumps(value) if isinstance(value, str) else f"({value})" if value < 0 else repr(value)
    return Term(text, lambda _row: value)


def _same(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    one, other = as_number(left), as_number(right)
    return one == other if one is not None and other is not None else str(left) == str(right)


def _in_order(sign: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    one, other = as_number(left), as_number(right)
    a, b = (one, other) if one is not None and other is not None else (str(left), str(right))
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign])  # type: ignore[operator]


def compared(left: Term, sign: str, right: Term) -> Term:
    def holds(row: Fields) -> bool:
        a, b = left.of(row), right.of(row)
        if sign in ("=", "!="):
            return _same(a, b) == (sign == "=")
        return _in_order(sign, a, b)

    return Term(f"{left.text} {sign} {right.text}", holds)


def both(left: Term, right: Term) -> Term:
    return Term(f"({left.text} and {right.text})", lambda row: left.of(row) and right.of(row))


def either(left: Term, right: Term) -> Term:
    return Term(f"({left.text} or {right.text})", lambda row: left.of(row) or right.of(row))


def negated(term: Term) -> Term:
    return Term(f"not ({term.text})", lambda row: not term.of(row))


def present(name: str) -> Term:
    return Term(f"ispresent({name})", lambda row: row.get(name) is not None)


def contained(name: str, part: str, *, negative: bool) -> Term:
    def holds(row: Fields) -> bool:
        value = row.get(name)
        return (value is not None and part in str(value)) != negative

    return Term(f"{name} {'not ' * negative}like {json.dumps(part)}", holds)


def among(name: str, values: list[str | int], *, negative: bool) -> Term:
    def holds(row: Fields) -> bool:
        return any(_same(row.get(name), value) for value in values) != negative

    return Term(f"{name} {'not ' * negative}in {json.dumps(values)}", holds)


def computed(left: Term, sign: str, right: Term) -> Term:
    def of(row: Fields) -> Any:
        a, b = as_number(left.of(row)), as_number(right.of(row))
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[sign]()

    return Term(f"({left.text} {sign} {right.text})", of)


def length(name: str) -> Term:
    return Term(f"strlen({name})", lambda row: None if row.get(name) is None else len(str(row[name])))


def first_of(*names: str) -> Term:
    def of(row: Fields) -> Any:
        return next((row[name] for name in names if row.get(name) is not None), None)

    return Term(f"coalesce({', '.join(names)})", of)


def filtered(condition: Term) -> Step:
    return Step(f"filter {condition.text}", lambda rows: [row for row in rows if condition.of(row)])


def with_field(name: str, term: Term) -> Step:
    def apply(rows: list[Fields]) -> list[Fields]:
        return [row | ({} if (value := term.of(row)) is None else {name: value}) for row in rows]

    return Step(f"fields {term.text} as {name}", apply)


def _rank(value: Any) -> tuple[int, float, str]:
    if value is None:
        return 0, 0, ""
    number = as_number(value)
    return (1, 0, str(value)) if number is None else (2, number, str(value))


def sorted_by(name: str, *, descending: bool) -> Step:
    def apply(rows: list[Fields]) -> list[Fields]:
        return sorted(rows, key=lambda row: _rank(row.get(name)), reverse=descending)

    return Step(f"sort {name}{' desc' * descending}", apply)


def limited(count: int) -> Step:
    return Step(f"limit {count}", lambda rows: rows[:count])


def deduplicated(name: str) -> Step:
    def apply(rows: list[Fields]) -> list[Fields]:
        kept: list[Fields] = []
        for row in rows:
            if row.get(name) is None or str(row[name]) not in {str(other.get(name)) for other in kept}:
                kept.append(row)
        return kept

    return Step(f"dedup {name}", apply)


def bucket(seconds: int) -> Term:
    def of(row: Fields) -> str:
        second = row["@timestamp"] // 1000 // seconds * seconds
        return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S.000")

    return Term(f"bin({seconds}s)", of)


@dataclass(frozen=True)
class Measured:
    """Aggregate: its text, and what it is of the rows of a group."""

    text: str
    of: Callable[[list[Fields]], Any]


def counted(term: Term | None = None) -> Measured:
    if term is None:
        return Measured("count(*)", len)
    return Measured(f"count({term.text})", lambda rows: sum(term.of(row) is not None for row in rows))


def aggregated(name: str, term: Term) -> Measured:
    def of(rows: list[Fields]) -> Any:
        values = [value for row in rows if (value := term.of(row)) is not None]
        if name == "count_distinct":
            return len({str(value) for value in values})
        if name in ("earliest", "latest"):
            ordered = sorted(
                (row for row in rows if term.of(row) is not None), key=lambda row: row["@timestamp"]
            )
            return term.of(ordered[0 if name == "earliest" else -1]) if ordered else None
        numbers = [number for value in values if (number := as_number(value)) is not None]
        if name in ("min", "max") and not numbers:
            return (min if name == "min" else max)(map(str, values), default=None)
        if not numbers:
            return None
        mean = sum(numbers) / len(numbers)
        results = {"sum": sum(numbers), "avg": mean, "min": min(numbers), "max": max(numbers)}
        deviation = (sum((each - mean) ** 2 for each in numbers) / len(numbers)) ** 0.5
        return results.get(name, deviation)

    return Measured(f"{name}({term.text})", of)


def stats(measures: dict[str, Measured], groups: dict[str, Term]) -> Step:
    def apply(rows: list[Fields]) -> list[Fields]:
        members: dict[tuple[str | None, ...], list[Fields]] = {}
        for row in rows:
            values = [term.of(row) for term in groups.values()]
            members.setdefault(tuple(None if value is None else str(value) for value in values), []).append(
                row
            )
        results = []
        for key, group in members.items():
            found = dict(zip(groups, key, strict=True))
            found |= {name: measure.of(group) for name, measure in measures.items()}
            results.append({name: value for name, value in found.items() if value is not None})
        return results

    by = ", ".join(f"{term.text} as {name}" for name, term in groups.items())
    told = ", ".join(f"{measure.text} as {name}" for name, measure in measures.items())
    return Step(f"stats {told}" + (f" by {by}" if by else ""), apply)
