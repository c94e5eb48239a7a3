"""Rules of composite alarms."""

import pytest

from lab_emulator.cloudwatch.alarms.composite_rule import alarm_name, parse_rule
from lab_emulator.cloudwatch.alarms.missing_data import State
from lab_emulator.cloudwatch.refusals import RefusedRequest

ARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:up"
STATES: dict[str, State] = {"up": "ALARM", "fine": "OK", "new": "INSUFFICIENT_DATA"}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(up)", True),
        ('ALARM("up")', True),
        (f"ALARM({ARN})", True),
        (f'ALARM("{ARN}")', True),
        ("ALARM(fine)", False),
        ("OK(fine)", True),
        ("INSUFFICIENT_DATA(new)", True),
        ("ALARM(nobody) OR OK(nobody) OR INSUFFICIENT_DATA(nobody)", False),
        ("TRUE", True),
        ("FALSE", False),
        ("NOT FALSE", True),
        ("NOT NOT FALSE", False),
        ("TRUE OR TRUE AND FALSE", True),
        ("(TRUE OR TRUE) AND FALSE", False),
        ("NOT TRUE OR TRUE", True),
        ("NOT (TRUE OR TRUE)", False),
        ("ALARM(up) AND (OK(up) OR NOT ALARM(fine))", True),
        ("\n  ALARM ( up )\n  AND\n  OK( fine )\n", True),
    ],
)
def test_a_rule_holds_as_its_alarms_stand(rule: str, holds: bool) -> None:
    assert parse_rule(rule).holds(lambda name: STATES.get(alarm_name(name))) is holds


def test_a_rule_names_its_alarms() -> None:
    assert parse_rule(f'ALARM("fine") AND NOT (OK(new) OR ALARM({ARN}))').alarms == {"fine", "new", ARN}


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "ALARM",
        "ALARM()",
        "ALARM(a",
        "ALARM(a) ALARM(b)",
        "ALARM(a) AND",
        "(TRUE",
        "TRUE)",
        "BUSY(a)",
        "a",
    ],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(RefusedRequest, match="AlarmRule is not valid"):
        parse_rule(rule)
