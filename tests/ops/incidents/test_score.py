"""The score: full points for who is quick and careful; what is taken for what; who gets none."""

from dataclasses import replace
from typing import Any

import pytest

from ops.lab.incidents.card import CardMark, EventCounts, IncidentOutcome, from_json
from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.folder import AttendeeRecord, WatchRecord
from ops.lab.incidents.score import score_card

_QUICK = AttendeeRecord("Ada", 1_795_000_000.0, acknowledged=(CardMark(60.0, "it is the queue"),))
_OVER = WatchRecord(begun=True, shown=10.0, mitigated=100.0, recovered=200.0, ended=205.0)
_TWICE_PAR = 2 * 2  # of level 2


def _points(declared: Incident, attendee: AttendeeRecord = _QUICK, **watch: Any) -> int:
    return score_card(declared, attendee, replace(_OVER, **watch)).points


def test_quick_and_careful_is_100(declared: Incident) -> None:
    assert _points(declared) == 100


@pytest.mark.parametrize(
    ("watch", "points"),
    [
        ({"mitigated": 420.0 * _TWICE_PAR, "recovered": 300.0}, 80),
        ({"mitigated": 420.0 * 3}, 90),
        ({"recovered": 720.0 * _TWICE_PAR}, 80),
        ({"recovered": 1e5}, 80),
        ({"wrong_actions": (CardMark(20.0, "a purge"),)}, 90),
        ({"wrong_actions": (CardMark(20.0, "a purge"),) * 5}, 80),
        ({"events": EventCounts(accepted=90, lost=3, repeated=1)}, 96),
        ({"events": EventCounts(accepted=90, lost=80)}, 85),
    ],
)
def test_what_is_taken_for_what(declared: Incident, watch: dict[str, Any], points: int) -> None:
    assert _points(declared, **watch) == points


def test_hints_cost_5_each_and_15_at_most(declared: Incident) -> None:
    assert [_points(declared, replace(_QUICK, hints=(5.0,) * taken)) for taken in (1, 3, 4)] == [95, 85, 85]


def test_who_never_said_what_it_is_loses_what_detecting_is_worth(declared: Incident) -> None:
    assert _points(declared, replace(_QUICK, acknowledged=())) == 90


def test_while_it_runs_nothing_is_told_of_it(declared: Incident) -> None:
    card = score_card(declared, _QUICK, replace(_OVER, recovered=None, ended=None))
    assert (card.outcome, card.points, card.incident, card.cause) == (IncidentOutcome.RUNNING, 0, "", "")


def test_once_over_it_is_told(declared: Incident) -> None:
    card = score_card(declared, _QUICK, _OVER)
    assert (card.outcome, card.incident) == (IncidentOutcome.RECOVERED, declared.title)
    assert card.cause == declared.cause


def test_who_had_the_way_shown_keeps_a_quarter(declared: Incident) -> None:
    card = score_card(declared, replace(_QUICK, solved=150.0), _OVER)
    assert (card.outcome, card.points) == (IncidentOutcome.SOLVED, 25)


def test_who_gave_up_keeps_half_of_what_was_mitigated_and_else_nothing(declared: Incident) -> None:
    gave_up = replace(_QUICK, abandoned=300.0)
    card = score_card(declared, gave_up, replace(_OVER, recovered=None))
    assert (card.outcome, card.points) == (IncidentOutcome.ABANDONED, 40)
    assert _points(declared, gave_up, mitigated=None, recovered=None) == 0
    assert _points(declared, replace(gave_up, acknowledged=()), recovered=None) == 0


def test_the_timeline_is_in_order_and_the_card_is_one(declared: Incident) -> None:
    attendee = replace(_QUICK, hints=(30.0,), help_asked=45.0)
    card = score_card(declared, attendee, replace(_OVER, wrong_actions=(CardMark(20.0, "a purge"),)))
    assert [mark.at for mark in card.timeline] == sorted(mark.at for mark in card.timeline)
    assert [mark.what for mark in card.timeline][:4] == [
        "the first symptom showed",
        "wrong: a purge",
        "hint 1",
        "asked for help",
    ]
    assert from_json(card.to_json()) == card
