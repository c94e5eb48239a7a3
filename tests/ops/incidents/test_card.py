"""Cards are read from strangers: what is none is refused, with what is wrong."""

import json
from typing import Any

import pytest

from ops.lab.errors import Refused
from ops.lab.incidents.card import CardMark, EventCounts, IncidentOutcome, ScoreCard, from_json

CARD = ScoreCard(
    attendee="Team 7",
    incident="",
    cause="",
    level=2,
    started_at=1_795_000_000.5,
    outcome=IncidentOutcome.RUNNING,
    points=88,
    acknowledged=61.5,
    events=EventCounts(accepted=30, succeeded=21, dead_lettered=9),
    timeline=(CardMark(61.5, "acknowledged: the worker gets nothing"),),
)


def test_a_card_comes_back_as_it_went() -> None:
    assert from_json(json.loads(json.dumps(CARD.to_json()))) == CARD


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"attendee": ""}, "card.attendee"),
        ({"attendee": "x" * 61}, "card.attendee"),
        ({"points": 101}, "card.points"),
        ({"points": "100"}, "card.points"),
        ({"outcome": "won"}, "card.outcome"),
        ({"mitigated": -1}, "card.mitigated"),
        ({"timeline": [{"at": 1, "what": "x" * 301}]}, "card.timeline"),
        ({"events": {"accepted": 1}}, "card.events"),
        ({"version": 2}, "card.version"),
        ({"shell": "rm"}, "shell"),
    ],
)
def test_what_is_no_card_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        from_json(CARD.to_json() | change)


@pytest.mark.parametrize("document", [None, [], "card", 7, {}])
def test_another_document_is_refused(document: Any) -> None:
    with pytest.raises(Refused, match="no card of an incident"):
        from_json(document)
