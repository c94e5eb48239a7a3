"""Card of an incident: how one attendee fared, in numbers and in order of time.

It is what `lab incident export` writes and what a room collects, so it is read from strangers: `from_json`
takes nothing but what the schema allows, of bounded length.
"""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

import fastjsonschema

from ops.lab.errors import Refused

VERSION = 1
_LONGEST_TEXT = 300
_MOST_MARKS = 500


class IncidentOutcome(StrEnum):
    """`solved` is what ended with the way shown by `lab incident solve`."""

    RUNNING = "running"
    RECOVERED = "recovered"
    SOLVED = "solved"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class CardMark:
    """Something that happened, `at` seconds after the start."""

    at: float
    what: str


@dataclass(frozen=True)
class EventCounts:
    """What became of the events that were accepted since the start.

    `lost` ones are nowhere any more and have not succeeded; `repeated` ones took effect more than once;
    `dead_lettered` is a lower bound of the times that one came to a DLQ: what came and went between two looks
    is not in it. `parked` ones are set aside now.
    """

    accepted: int = 0
    succeeded: int = 0
    lost: int = 0
    repeated: int = 0
    dead_lettered: int = 0
    parked: int = 0


@dataclass(frozen=True)
class ScoreCard:
    """All seconds count from `started_at`, in seconds since the epoch; None is what has not happened.

    `incident` and `cause` are empty until it is over. `acknowledged` is when the attendee first said what it
    is, `mitigated` when new events went well again, `recovered` when nothing of it was left.
    """

    attendee: str
    incident: str
    cause: str
    level: int
    started_at: float
    outcome: IncidentOutcome
    points: int
    acknowledged: float | None = None
    mitigated: float | None = None
    recovered: float | None = None
    ended: float | None = None
    hints: int = 0
    asks_for_help: bool = False
    events: EventCounts = field(default_factory=EventCounts)
    wrong_actions: tuple[CardMark, ...] = ()
    timeline: tuple[CardMark, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `from_json` reads it."""
        return {"version": VERSION, **asdict(self)}


def from_json(document: Any) -> ScoreCard:
    """The card in a JSON document. Raises Refused where it is none, and says what is wrong with it."""
    try:
        _validator()(document)
    except fastjsonschema.JsonSchemaValueException as error:
        raise Refused(f"no card of an incident: {error.message.replace('data', 'card', 1)}") from None
    values = {key: value for key, value in document.items() if key != "version"}
    values["outcome"] = IncidentOutcome(values["outcome"])
    values["events"] = EventCounts(**values["events"])
    for marks in ("wrong_actions", "timeline"):
        values[marks] = tuple(CardMark(**mark) for mark in values[marks])
    return ScoreCard(**values)


@cache
def _validator() -> Any:
    text = {"type": "string", "maxLength": _LONGEST_TEXT}
    seconds = {"type": "number", "minimum": 0, "maximum": 1e6}
    count = {"type": "integer", "minimum": 0, "maximum": 10**9}
    moment = {"anyOf": [seconds, {"type": "null"}]}
    mark = _object({"at": seconds, "what": text})
    marks = {"type": "array", "maxItems": _MOST_MARKS, "items": mark}
    return fastjsonschema.compile(
        _object(
            {
                "version": {"const": VERSION},
                "attendee": {**text, "minLength": 1, "maxLength": 60},
                "incident": text,
                "cause": {**text, "maxLength": 2000},
                "level": {"type": "integer", "minimum": 1, "maximum": 3},
                "started_at": {"type": "number", "minimum": 0, "maximum": 1e11},
                "outcome": {"enum": [outcome.value for outcome in IncidentOutcome]},
                "points": {"type": "integer", "minimum": 0, "maximum": 100},
                "acknowledged": moment,
                "mitigated": moment,
                "recovered": moment,
                "ended": moment,
                "hints": count,
                "asks_for_help": {"type": "boolean"},
                "events": _object(dict.fromkeys(EventCounts.__dataclass_fields__, count)),
                "wrong_actions": marks,
                "timeline": marks,
            }
        )
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
