"""Tables of the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"."""

import pytest

from lab_emulator.cloudwatch.alarms.missing_data import EXTRA_PERIODS, Treatment, judge

PERIODS = 3
TREATMENTS: tuple[Treatment, ...] = ("missing", "ignore", "breaching", "notBreaching")
RETAIN = None

# Data points, oldest first; how many must be filled; then the state for each of TREATMENTS.
THREE_OF_THREE = [
    ("0 - X - X", 0, ("OK", "OK", "OK", "OK")),
    ("0 - - - -", 2, ("OK", "OK", "OK", "OK")),
    ("- - - - -", 3, ("INSUFFICIENT_DATA", RETAIN, "ALARM", "OK")),
    ("0 X X - X", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("- - X - -", 2, ("ALARM", RETAIN, "ALARM", "OK")),
]
TWO_OF_THREE = [
    ("0 - X - X", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 0 X 0 X", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 - X - -", 1, ("OK", "OK", "ALARM", "OK")),
    ("- - - - 0", 2, ("OK", "OK", "ALARM", "OK")),
    ("- - - X -", 2, ("ALARM", RETAIN, "ALARM", "OK")),
]
CASES = [(row, least) for rows, least in ((THREE_OF_THREE, 3), (TWO_OF_THREE, 2)) for row in rows]


def points(text: str) -> list[bool | None]:
    return [{"0": False, "X": True, "-": None}[symbol] for symbol in text.split()]


@pytest.mark.parametrize(("row", "datapoints_to_alarm"), CASES)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_the_user_guides_tables_hold(
    row: tuple[str, int, tuple[str | None, ...]], datapoints_to_alarm: int, treatment: Treatment
) -> None:
    text, filled, states = row
    verdict = judge(
        points(text), periods=PERIODS, datapoints_to_alarm=datapoints_to_alarm, treatment=treatment
    )
    assert (verdict.state, verdict.filled) == (states[TREATMENTS.index(treatment)], filled)


@pytest.mark.parametrize("text", ["- - - - X", "- - - X -"])
def test_an_alarm_is_not_raised_prematurely(text: str) -> None:
    assert judge(points(text), periods=3, datapoints_to_alarm=3, treatment="missing").state == "OK"


def test_only_as_many_points_count_as_there_are_periods() -> None:
    verdict = judge(points("X X 0 0 0"), periods=3, datapoints_to_alarm=1, treatment="missing")
    assert verdict.state == "OK"
    assert verdict.used == (2, 3, 4)


def test_late_points_from_farther_back_spare_the_treatment() -> None:
    verdict = judge(points("X - -"), periods=1, datapoints_to_alarm=1, treatment="notBreaching")
    assert len(points("X - -")) == 1 + EXTRA_PERIODS
    assert (verdict.state, verdict.used, verdict.filled) == ("ALARM", (0,), 0)
