"""The debrief: everyone's timelines on one axis, each phase where it was."""

from dataclasses import replace

import pytest

from ops.lab.incidents.card import CardMark, IncidentOutcome, ScoreCard
from ops.lab.room.host.debrief import AttendeeCards, RoomDebrief

RUNNING = ScoreCard("x", "", "", 1, 1000.0, IncidentOutcome.RUNNING, 0)
OVER = replace(
    RUNNING,
    outcome=IncidentOutcome.RECOVERED,
    acknowledged=60.0,
    mitigated=120.0,
    recovered=300.0,
    ended=300.0,
)


def test_phases_follow_one_another_and_fill_the_time() -> None:
    debrief = RoomDebrief.of([AttendeeCards("Amara", [OVER])])
    assert debrief.seconds == 300
    assert [(phase.kind, phase.left, phase.width) for phase in debrief.lanes[0].phases] == [
        ("unnoticed", 0, 20),
        ("known", 20, 20),
        ("mitigated", 40, 60),
    ]
    assert [mark.kind for mark in debrief.lanes[0].marks] == ["acknowledged", "mitigated", "recovered"]


def test_all_lanes_have_the_axis_of_the_longest() -> None:
    longest = replace(OVER, recovered=5000.0, ended=5000.0)
    debrief = RoomDebrief.of([AttendeeCards("Amara", [OVER, longest]), AttendeeCards("Bogdan", [OVER])])
    assert debrief.seconds == 5400
    assert [lane.name for lane in debrief.lanes] == ["Amara", "Amara", "Bogdan"]
    assert debrief.lanes[0].marks == debrief.lanes[2].marks
    assert debrief.lanes[2].marks[-1].left == pytest.approx(100 * 300 / 5400)


@pytest.mark.parametrize("seconds", [0.0, 1.0, 59.0, 61.0, 3599.0, 86_400.0, 1e6])
def test_the_axis_holds_everything_with_few_ticks(seconds: float) -> None:
    debrief = RoomDebrief.of([AttendeeCards("Amara", [replace(OVER, ended=max(300.0, seconds))])])
    assert debrief.seconds >= seconds
    assert 2 <= len(debrief.ticks) <= 10
    assert (debrief.ticks[0].left, debrief.ticks[-1].left) == (0, 100)


def test_what_was_mitigated_before_it_was_acknowledged_has_no_phase_of_less_than_nothing() -> None:
    card = replace(OVER, acknowledged=200.0, mitigated=100.0)
    phases = RoomDebrief.of([AttendeeCards("Amara", [card])]).lanes[0].phases
    assert all(phase.width > 0 for phase in phases)
    assert sum(phase.width for phase in phases) == pytest.approx(100)


def test_one_that_runs_lasts_until_now_and_is_open() -> None:
    lane = RoomDebrief.of([AttendeeCards("Amara", [OVER, RUNNING], running_for=600.0)]).lanes[1]
    assert [phase.width for phase in lane.phases] == [100]
    assert [mark.kind for mark in lane.marks] == ["running"]


def test_a_wrong_action_is_told_once_and_marked() -> None:
    card = replace(
        OVER,
        wrong_actions=(CardMark(90.0, "a purge"),),
        timeline=(CardMark(90.0, "wrong: a purge"), CardMark(60.0, "said: the queue")),
    )
    lane = RoomDebrief.of([AttendeeCards("Amara", [card])]).lanes[0]
    assert [mark.what for mark in lane.story] == ["said: the queue", "wrong: a purge"]
    assert "wrong" in [mark.kind for mark in lane.marks]


def test_without_cards_it_is_empty() -> None:
    assert RoomDebrief.of([]).lanes == []
