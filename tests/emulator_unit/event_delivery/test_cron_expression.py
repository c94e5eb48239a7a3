"""Cron expressions of rules: AWS's examples, the grammar's edges, and each minute against a naive reading."""

import calendar
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lab_emulator.event_delivery.cron_expression import CronExpression, InvalidCron

WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WINDOW_DAYS = 5


def following(expression: str, after: str, count: int = 1) -> list[str]:
    cron, moment = CronExpression.parse(expression), datetime.fromisoformat(after).replace(tzinfo=UTC)
    found: list[str] = []
    for _ in range(count):
        if (after_it := cron.following(moment)) is None:
            return found
        moment = after_it
        found.append(moment.strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # The issue's, and the user guide's, each counted on a calendar of 2026.
        ("0 2 ? * SAT#3 *", ["2026-01-17 02:00", "2026-02-21 02:00", "2026-03-21 02:00"]),
        ("15 10 ? * 6L *", ["2026-01-30 10:15", "2026-02-27 10:15", "2026-03-27 10:15"]),
        ("0 10 15W * ? *", ["2026-01-15 10:00", "2026-02-16 10:00", "2026-03-16 10:00"]),
        ("0 10 LW * ? *", ["2026-01-30 10:00", "2026-02-27 10:00", "2026-03-31 10:00"]),
        ("0 10 L * ? *", ["2026-01-31 10:00", "2026-02-28 10:00", "2026-03-31 10:00"]),
        ("0 10 L-3 * ? *", ["2026-01-28 10:00", "2026-02-25 10:00", "2026-03-28 10:00"]),
        ("0 10 ? * L *", ["2026-01-03 10:00", "2026-01-10 10:00", "2026-01-17 10:00"]),
        ("0 10 1W * ? *", ["2026-01-01 10:00", "2026-02-02 10:00", "2026-03-02 10:00"]),
        ("0 10 31W * ? *", ["2026-01-30 10:00", "2026-03-31 10:00", "2026-05-29 10:00"]),
        ("0 10 3W,20 * ? *", ["2026-01-02 10:00", "2026-01-20 10:00", "2026-02-03 10:00"]),
        ("1/10 0 1 1 ? *", ["2026-01-01 00:01", "2026-01-01 00:11", "2026-01-01 00:21"]),
        ("0/5 8-17 ? * MON-FRI *", ["2026-01-01 08:00", "2026-01-01 08:05", "2026-01-01 08:10"]),
        ("0 9 ? * 2#1 *", ["2026-01-05 09:00", "2026-02-02 09:00", "2026-03-02 09:00"]),
        ("0 0 ? * 1#5 *", ["2026-03-29 00:00", "2026-05-31 00:00", "2026-08-30 00:00"]),
        ("0 0 29 FEB ? *", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("0 22-1 1 1 ? 2026", ["2026-01-01 00:00", "2026-01-01 01:00", "2026-01-01 22:00"]),
        ("0 0 ? * sat-Sun *", ["2026-01-03 00:00", "2026-01-04 00:00", "2026-01-10 00:00"]),
        ("15 10 ? * 6L 2002-2005", []),
        ("0 0 1 1 ? 2199", ["2199-01-01 00:00"]),
        ("0 0 31 2 ? *", []),
    ],
)
def test_it_names_the_minutes_that_aws_names(expression: str, expected: list[str]) -> None:
    assert following(expression, "2025-12-31T23:59:30", 3) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "0 1 * * * *",  # a ? in neither
        "0 1 ? * ? *",  # and in both
        "7 20 * * NOT *",
        "INVALID",
        "",
        "0 dummy ? * MON-FRI *",
        "71 8 1 * ? *",
        "0 24 1 * ? *",
        "0 0 0 * ? *",
        "0 0 32 * ? *",
        "0 0 1 13 ? *",
        "0 0 ? * 0 *",
        "0 0 ? * 8 *",
        "0 0 1 1 ? 1969",
        "0 0 1 1 ? 2200",
        "0 0 1 1 ? 2030-2020",
        "0 0 1 * ?",
        "0 0 1 * ? * *",
        "? 0 1 * ? *",
        "0 0 ? ? MON *",
        "L 0 1 * ? *",
        "0 0 ? * 3#1,6#3 *",  # one expression with # and no more, says the user guide
        "0 0 ? * MON#6 *",
        "0 0 ? * MON#0 *",
        "0 0 ? * MON#L *",
        "0 0 ? * 3W *",
        "0 0 ? * 2/2 *",  # no increments of days of the week
        "0 0 1#2 * ? *",
        "0 0 W * ? *",
        "0 0 32W * ? *",
        "0 0 L-31 * ? *",
        "0 0 1,L * ? *",
        "0/0 0 1 * ? *",
        "0/ 0 1 * ? *",
        "/5 0 1 * ? *",
        "0-5-9 0 1 * ? *",
        "0, 0 1 * ? *",
        "-1 0 1 * ? *",
        "*-5 0 1 * ? *",
        "٣ 0 1 * ? *",  # a digit to str.isdigit, not to AWS
    ],
)
def test_what_is_not_in_the_grammar_is_refused(expression: str) -> None:
    with pytest.raises(InvalidCron):
        CronExpression.parse(expression)


@dataclass
class Drawn:
    """Text of a field, and whether a moment is one of its own by the wildcards' definitions."""

    text: str
    holds: Callable[[int], bool]


@dataclass
class DrawnDay:
    """Text of day of month and day of week, and whether a date is one of theirs."""

    day: str
    weekday: str
    holds: Callable[[datetime], bool]


def fields(lowest: int, highest: int, names: list[str] | None = None) -> st.SearchStrategy[Drawn]:
    @st.composite
    def item(draw: st.DrawFn) -> Drawn:
        start, end = sorted(draw(st.tuples(*[st.integers(lowest, highest)] * 2)))
        step = draw(st.integers(1, min(highest, 40)))
        first = names[start - lowest] if names and draw(st.booleans()) else str(start)
        return draw(
            st.sampled_from(
                [
                    Drawn("*", lambda value: True),
                    Drawn(first, lambda value: value == start),
                    Drawn(f"{first}-{end}", lambda value: start <= value <= end),
                    Drawn(f"{first}/{step}", lambda value: value >= start and (value - start) % step == 0),
                    Drawn(f"*/{step}", lambda value: (value - lowest) % step == 0),
                    Drawn(f"{first}-{end}/{step}", lambda value: value in range(start, end + 1, step)),
                ]
            )
        )

    return st.lists(item(), min_size=1, max_size=3).map(
        lambda items: Drawn(
            ",".join(each.text for each in items), lambda value: any(each.holds(value) for each in items)
        )
    )


def weekday_of(date: datetime) -> int:
    return date.isoweekday() % 7 + 1


def is_nearest_weekday(date: datetime, number: int) -> bool:
    """Whether no weekday of the month is nearer to its day `number`."""
    length = calendar.monthrange(date.year, date.month)[1]
    weekdays = [day for day in range(1, length + 1) if weekday_of(date.replace(day=day)) not in (1, 7)]
    return number <= length and date.day == min(weekdays, key=lambda day: abs(day - number))


@st.composite
def days(draw: st.DrawFn) -> DrawnDay:
    number, weekday, nth = draw(st.integers(1, 31)), draw(st.integers(1, 7)), draw(st.integers(1, 5))
    listed = draw(fields(1, 31))
    first, last = sorted(draw(st.tuples(*[st.integers(1, 7)] * 2)))
    name = draw(st.sampled_from([str(weekday), WEEKDAYS[weekday - 1]]))

    def length(date: datetime) -> int:
        return calendar.monthrange(date.year, date.month)[1]

    return draw(
        st.sampled_from(
            [
                DrawnDay(listed.text, "?", lambda date: listed.holds(date.day)),
                DrawnDay("L", "?", lambda date: date.day == length(date)),
                DrawnDay("LW", "?", lambda date: is_nearest_weekday(date, length(date))),
                DrawnDay(f"{number}W", "?", lambda date: is_nearest_weekday(date, number)),
                DrawnDay("?", "*", lambda date: True),
                DrawnDay("?", "L", lambda date: date.isoweekday() == 6),
                DrawnDay("?", name, lambda date: weekday_of(date) == weekday),
                DrawnDay("?", f"{first}-{last}", lambda date: first <= weekday_of(date) <= last),
                DrawnDay(
                    "?", f"{name}L", lambda date: weekday_of(date) == weekday and date.day > length(date) - 7
                ),
                DrawnDay(
                    "?",
                    f"{name}#{nth}",
                    lambda date: weekday_of(date) == weekday and (date.day + 6) // 7 == nth,
                ),
            ]
        )
    )


def minutes_after(moment: datetime) -> Iterator[datetime]:
    first = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return (first + timedelta(minutes=count) for count in range(WINDOW_DAYS * 1440))


@settings(max_examples=60, deadline=None)
@given(
    minute=fields(0, 59),
    hour=fields(0, 23),
    day=days(),
    month=fields(1, 12, MONTHS),
    year=st.sampled_from(
        [Drawn("*", lambda value: True), Drawn("2024-2026", lambda value: 2024 <= value <= 2026)]
    ),
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_the_next_minute_is_the_first_that_a_naive_reading_finds(
    minute: Drawn, hour: Drawn, day: DrawnDay, month: Drawn, year: Drawn, moment: datetime
) -> None:
    cron = CronExpression.parse(f"{minute.text} {hour.text} {day.day} {month.text} {day.weekday} {year.text}")
    naive = next(
        (
            at
            for at in minutes_after(moment)
            if minute.holds(at.minute)
            and hour.holds(at.hour)
            and day.holds(at)
            and month.holds(at.month)
            and year.holds(at.year)
        ),
        None,
    )
    found = cron.following(moment)
    if naive is None:
        assert found is None or found > moment + timedelta(days=WINDOW_DAYS)
    else:
        assert found == naive


@settings(max_examples=60, deadline=None)
@given(day=days(), year=st.integers(1970, 2199))
@example(DrawnDay("31W", "?", lambda date: is_nearest_weekday(date, 31)), 2026)
def test_its_days_of_a_year_are_those_of_a_calendar(day: DrawnDay, year: int) -> None:
    cron = CronExpression.parse(f"0 0 {day.day} * {day.weekday} {year}")
    new_year = datetime(year, 1, 1, tzinfo=UTC)
    dates = (new_year + timedelta(days=count) for count in range(366))
    expected = [date for date in dates if date.year == year and day.holds(date)]
    found: list[datetime] = []
    moment = cron.following(new_year - timedelta(seconds=1))
    while moment is not None:
        found.append(moment)
        moment = cron.following(moment)
    assert found == expected
    assert all(earlier < later for earlier, later in itertools.pairwise(found))
