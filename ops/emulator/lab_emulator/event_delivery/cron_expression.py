"""Cron expression of an EventBridge rule: which minutes it names.

Six fields, between blanks: minutes, hours, day of month, month, day of week, year. Source: EventBridge
user guide, "Setting a schedule pattern for scheduled rules", whose table gives the wildcards of each field.
Where it is silent (names in any case, a range across the end of its field, `L-3`, the month of a `31W`), this
reads what Quartz reads, whose wildcards these are.
"""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

SUNDAY, SATURDAY = 1, 7
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NUMBER = re.compile(r"[0-9]{1,4}")
_WEEKDAY_FORM = re.compile(r"([^#L]*)(?:(L)|#([1-5]))")
_LAST_DAY_FORM = re.compile(r"L(?:-([0-9]{1,2}))?(W?)")

# Days of one month, given its year and number, in no order.
DayRule = Callable[[int, int], Iterable[int]]


class InvalidCron(ValueError):
    """Expression that is not in EventBridge's grammar; the message says where."""


@dataclass(frozen=True)
class Field:
    """Field of numbers: its name, its bounds, and the words that stand for numbers from `lowest` on."""

    name: str
    lowest: int
    highest: int
    words: tuple[str, ...] = ()
    takes_steps: bool = True
    wraps: bool = True

    def numbers(self, text: str) -> frozenset[int]:
        """Read a list of numbers, ranges and steps. Raises InvalidCron."""
        return frozenset(number for item in text.split(",") for number in self._item(item))

    def number(self, text: str) -> int:
        """Read one number or word. Raises InvalidCron."""
        if text.upper() in self.words:
            return self.lowest + self.words.index(text.upper())
        number = int(text) if _NUMBER.fullmatch(text) else -1
        if not self.lowest <= number <= self.highest:
            raise InvalidCron(f"{self.name}: {text!r} is not {self.lowest} to {self.highest}")
        return number

    def _item(self, item: str) -> Iterator[int]:
        span, slash, step = item.partition("/")
        if slash and not self.takes_steps:
            raise InvalidCron(f"{self.name}: takes no /")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = self.lowest, self.highest
        else:
            start = self.number(first)
            end = self.number(last) if dash else self.highest if slash else start
        if end < start:
            if not self.wraps:
                raise InvalidCron(f"{self.name}: {span!r} ends before it begins")
            end += self.highest - self.lowest + 1
        for number in range(start, end + 1, self._step(step) if slash else 1):
            yield number if number <= self.highest else number - self.highest + self.lowest - 1

    def _step(self, text: str) -> int:
        step = int(text) if _NUMBER.fullmatch(text) else 0
        if not 1 <= step <= self.highest:
            raise InvalidCron(f"{self.name}: {text!r} is no increment")
        return step


_MINUTE = Field("minutes", 0, 59)
_HOUR = Field("hours", 0, 23)
_DAY = Field("day of month", 1, 31)
_MONTH = Field("month", 1, 12, _MONTHS)
_WEEKDAY = Field("day of week", 1, 7, _WEEKDAYS, takes_steps=False)
_YEAR = Field("year", 1970, 2199, wraps=False)


@dataclass(frozen=True)
class CronExpression:
    """Minutes, in UTC, that six fields name."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: DayRule
    months: frozenset[int]
    years: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "CronExpression":
        """Read what stands between the parentheses of `cron(…)`. Raises InvalidCron."""
        fields = text.split()
        if len(fields) != 6:
            raise InvalidCron(f"{len(fields)} fields, not 6")
        minute, hour, day, month, weekday, year = fields
        if (day == "?") == (weekday == "?"):
            raise InvalidCron("a ? stands in one of day of month and day of week, and in one only")
        return cls(
            minutes=_MINUTE.numbers(minute),
            hours=_HOUR.numbers(hour),
            days=_days_of_month(day) if weekday == "?" else _days_of_week(weekday),
            months=_MONTH.numbers(month),
            years=_YEAR.numbers(year),
        )

    def following(self, moment: datetime) -> datetime | None:
        """First of its minutes after `moment` (with a time zone); None where there is none up to 2199."""
        moment = moment.astimezone(UTC)
        return next((minute for minute in self._from_day_of(moment) if minute > moment), None)

    def _from_day_of(self, moment: datetime) -> Iterator[datetime]:
        for year in sorted(year for year in self.years if year >= moment.year):
            for month in sorted(self.months):
                if (year, month) < (moment.year, moment.month):
                    continue
                for day in sorted(set(self.days(year, month))):
                    if (year, month, day) >= (moment.year, moment.month, moment.day):
                        yield from self._minutes_of(year, month, day)

    def _minutes_of(self, year: int, month: int, day: int) -> Iterator[datetime]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield datetime(year, month, day, hour, minute, tzinfo=UTC)


def _days_of_month(text: str) -> DayRule:
    if last := _LAST_DAY_FORM.fullmatch(text.upper()):
        before = int(last[1] or 0)
        if before >= _DAY.highest:
            raise InvalidCron(f"{_DAY.name}: {text!r} is before every month")
        return partial(_last_day, before, bool(last[2]))
    items = [item.upper() for item in text.split(",")]
    near = [_DAY.number(item.removesuffix("W")) for item in items if item.endswith("W")]
    plain = [item for item in items if not item.endswith("W")]
    return partial(_listed_days, _DAY.numbers(",".join(plain)) if plain else frozenset(), near)


def _listed_days(plain: frozenset[int], near: list[int], year: int, month: int) -> Iterator[int]:
    length = calendar.monthrange(year, month)[1]
    yield from (day for day in plain if day <= length)
    yield from (_nearest_weekday(year, month, day) for day in near if day <= length)


def _last_day(before: int, weekday_only: bool, year: int, month: int) -> Iterator[int]:
    day = calendar.monthrange(year, month)[1] - before
    if day >= 1:
        yield _nearest_weekday(year, month, day) if weekday_only else day


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """The day from Monday to Friday that is nearest, and in the same month."""
    length = calendar.monthrange(year, month)[1]
    weekday = _weekday(year, month, day)
    if weekday == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == SUNDAY:
        return day + 1 if day < length else day - 2
    return day


def _days_of_week(text: str) -> DayRule:
    if text.upper() == "L":  # the last day of the week
        return partial(_days_on, frozenset({SATURDAY}))
    if form := _WEEKDAY_FORM.fullmatch(text.upper()):
        weekday = _WEEKDAY.number(form[1])
        return partial(_one_weekday, weekday, -1 if form[2] else int(form[3]) - 1)
    return partial(_days_on, _WEEKDAY.numbers(text))


def _days_on(weekdays: frozenset[int], year: int, month: int) -> Iterator[int]:
    length = calendar.monthrange(year, month)[1]
    return (day for day in range(1, length + 1) if _weekday(year, month, day) in weekdays)


def _one_weekday(weekday: int, index: int, year: int, month: int) -> list[int]:
    days = list(_days_on(frozenset({weekday}), year, month))
    return days[index:][:1] if index < len(days) else []


def _weekday(year: int, month: int, day: int) -> int:
    return (calendar.weekday(year, month, day) + 1) % 7 + 1
