"""Aggregates: what stats computes of the rows of a group, by the user guide's "Functions to use with stats".

Values that are no numbers do not count for sum, avg and stddev, and none at all gives no value. min and max
are those of the numbers, and where there is none those of the texts in natural order. Percentiles are by
nearest rank, the standard deviation is that of the whole: the guide does not say.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab_emulator.logs.insights.log_record import Getter
from lab_emulator.logs.insights.values import Value, ValueKind, natural_order, number, text, whole

Add = Callable[[Any], None]
Result = Callable[[], Value]
Start = Callable[[], tuple[Add, Result]]
"""Begins a group: what takes a row in, and what says the value at the end."""


@dataclass(frozen=True)
class Aggregate:
    """One aggregate. `start` makes its beginning from what it reads of a row.

    `computed` says that its value is a number of its own, and none of the log. `timed` ones need the time of
    a row.
    """

    start: Callable[[Getter], Start]
    computed: bool = False
    timed: bool = False

    def kind(self, argument: ValueKind) -> ValueKind:
        """How its value is shown. Of timestamps it is the number of milliseconds, as on AWS."""
        if self.computed or argument is ValueKind.COMPUTED:
            return ValueKind.COMPUTED
        return ValueKind.RAW


def count_rows() -> tuple[Add, Result]:
    """`count(*)`."""
    count = 0

    def add(_row: Any) -> None:
        nonlocal count
        count += 1

    return add, lambda: count


def _count(get: Getter) -> Start:
    def start() -> tuple[Add, Result]:
        count = 0

        def add(row: Any) -> None:
            nonlocal count
            if get(row) is not None:
                count += 1

        return add, lambda: count

    return start


def _count_distinct(get: Getter) -> Start:
    def start() -> tuple[Add, Result]:
        seen: set[str | None] = set()
        return lambda row: seen.add(text(get(row))), lambda: len(seen - {None})

    return start


def _of_numbers(conclude: Callable[[list[float]], float | int | None]) -> Callable[[Getter], Start]:
    """An aggregate of all the numbers of a group, which it keeps: exact, however they are ordered."""

    def of(get: Getter) -> Start:
        def start() -> tuple[Add, Result]:
            numbers: list[float] = []

            def add(row: Any) -> None:
                found = number(get(row))
                if found is not None:
                    numbers.append(found)

            return add, lambda: _concluded(conclude, numbers)

        return start

    return of


def _concluded(conclude: Callable[[list[float]], float | int | None], numbers: list[float]) -> Value:
    try:
        return conclude(numbers) if numbers else None
    except OverflowError:
        return None


def _sum(numbers: list[float]) -> float | int | None:
    return sum(numbers) if all(type(each) is int for each in numbers) else whole(math.fsum(numbers))


def _average(numbers: list[float]) -> float | int | None:
    return whole(math.fsum(numbers) / len(numbers))


def _deviation(numbers: list[float]) -> float | int | None:
    mean = math.fsum(numbers) / len(numbers)
    return whole(math.sqrt(math.fsum((each - mean) ** 2 for each in numbers) / len(numbers)))


def percentile(percent: float) -> Aggregate:
    """`pct(field, percent)`: the least number that so many percent of them do not exceed."""

    def conclude(numbers: list[float]) -> float:
        rank = math.ceil(len(numbers) * percent / 100)
        return sorted(numbers)[max(rank, 1) - 1]

    return Aggregate(_of_numbers(conclude), computed=True)


def _extreme(better: Callable[[Any, Any], bool]) -> Callable[[Getter], Start]:
    def of(get: Getter) -> Start:
        def start() -> tuple[Add, Result]:
            best: float | None = None
            best_value: Value = None  # as it is in the log
            best_text: Value = None

            def add(row: Any) -> None:
                nonlocal best, best_value, best_text
                value = get(row)
                found = number(value)
                if found is not None:
                    if best is None or better(found, best):
                        best, best_value = found, value
                elif text(value) is not None and (
                    best_text is None or better(natural_order(value), natural_order(best_text))
                ):
                    best_text = value

            return add, lambda: best_text if best is None else best_value

        return start

    return of


def _in_natural_order(better: Callable[[Any, Any], bool]) -> Callable[[Getter], Start]:
    def of(get: Getter) -> Start:
        def start() -> tuple[Add, Result]:
            best: Value = None

            def add(row: Any) -> None:
                nonlocal best
                value = get(row)
                if text(value) is not None and (
                    best is None or better(natural_order(value), natural_order(best))
                ):
                    best = value

            return add, lambda: best

        return start

    return of


def _by_time(better: Callable[[Any, Any], bool]) -> Callable[[Getter], Start]:
    """The value of the first or the last event that has one."""

    def of(get: Getter) -> Start:
        def start() -> tuple[Add, Result]:
            best: Value = None
            at: int | None = None

            def add(row: Any) -> None:
                nonlocal best, at
                if at is None or better(row.timestamp, at):
                    value = get(row)
                    if value is not None:
                        best, at = value, row.timestamp

            return add, lambda: best

        return start

    return of


def _less(one: Any, other: Any) -> bool:
    return bool(one < other)


def _greater(one: Any, other: Any) -> bool:
    return bool(one > other)


def _not_less(one: Any, other: Any) -> bool:
    return bool(one >= other)


AGGREGATES: dict[str, Aggregate] = {
    "count": Aggregate(_count, computed=True),
    "count_distinct": Aggregate(_count_distinct, computed=True),
    "sum": Aggregate(_of_numbers(_sum), computed=True),
    "avg": Aggregate(_of_numbers(_average), computed=True),
    "stddev": Aggregate(_of_numbers(_deviation), computed=True),
    "min": Aggregate(_extreme(_less)),
    "max": Aggregate(_extreme(_greater)),
    "pct": percentile(50),  # of any other percent: `percentile`
    "earliest": Aggregate(_by_time(_less), timed=True),
    "latest": Aggregate(_by_time(_not_less), timed=True),
    "sortsfirst": Aggregate(_in_natural_order(_less)),
    "sortslast": Aggregate(_in_natural_order(_greater)),
}
