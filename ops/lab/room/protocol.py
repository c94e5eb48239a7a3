"""Protocol of a room: everything that a laptop sends, and everything that the host answers.

    POST /join       {"version", "code", "name"}         -> {"token", "name", "sequence", "clock"}
    POST /heartbeat  {"version", "sent_at"}              -> {"sequence", "clock"}
    POST /card       {"version", "sequence", "card"}     -> {"sequence", "clock"}
    POST /leave      {"version"}                         -> {"sequence", "clock"}

All but /join come with `Authorization: Bearer TOKEN`. `sent_at` is the laptop's clock, by which the host
sees how far it goes wrong; `sequence` counts what a laptop has sent, and an answer says up to which number
the host has kept it. `card` is as `ops.lab.incidents.card` reads it. `clock` is the room's: what is left of
the session, in seconds, or null. A problem is answered as {"problem", "hint"}.
"""

import json
from functools import cache
from typing import Any, NoReturn

import fastjsonschema

from ops.lab.errors import Refused

VERSION = 1
# A card with as many marks as it may have, all of them long and in any script, still goes in.
LARGEST_CARD_BYTES = 1024 * 1024
LARGEST_DOCUMENT_BYTES = 4 * 1024
LARGEST_ANSWER_BYTES = 64 * 1024
LARGEST_SEQUENCE = 2**53
# A laptop that was silent for so long is shown as away.
AWAY_SECONDS = 15.0
HEARTBEAT_SECONDS = 3.0

_VERSION = {"const": VERSION}
_SEQUENCE = {"type": "integer", "minimum": 0, "maximum": LARGEST_SEQUENCE}
_MOMENT = {"type": "number", "minimum": 0, "maximum": 1e11}
_CLOCK = {"anyOf": [{"type": "number", "minimum": -1e9, "maximum": 1e9}, {"type": "null"}]}
_SHORT = {"type": "string", "maxLength": 200}
_SENTENCE = {"type": "string", "maxLength": 1000}
_REQUESTS: dict[str, dict[str, Any]] = {
    "join": {"version": _VERSION, "code": _SHORT, "name": _SHORT},
    "heartbeat": {"version": _VERSION, "sent_at": _MOMENT},
    "card": {"version": _VERSION, "sequence": _SEQUENCE | {"minimum": 1}, "card": {"type": "object"}},
    "leave": {"version": _VERSION},
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "joined": {"token": _SHORT, "name": _SHORT, "sequence": _SEQUENCE, "clock": _CLOCK},
    "heard": {"sequence": _SEQUENCE, "clock": _CLOCK},
    "problem": {"problem": _SENTENCE, "hint": _SENTENCE},
}


def read_request(kind: str, body: bytes) -> dict[str, Any]:
    """The document in a request of this kind. Raises Refused where the body is none."""
    return _read(_validator(kind, answers=False), f"a request of the kind {kind}", body)


def read_answer(kind: str, body: bytes) -> dict[str, Any]:
    """The document in an answer of this kind. Raises Refused where the body is none."""
    return _read(_validator(kind, answers=True), "an answer of a room", body)


def _read(validate: Any, what: str, body: bytes) -> dict[str, Any]:
    try:
        document: dict[str, Any] = validate(json.loads(body, parse_constant=_no_number))
    except fastjsonschema.JsonSchemaValueException as error:
        raise Refused(f"this is not {what}: {error.message.replace('data', 'document', 1)}") from None
    except (ValueError, RecursionError):
        raise Refused(f"this is not {what}: it is not JSON") from None
    return document


def _no_number(text: str) -> NoReturn:
    """JSON knows neither NaN nor Infinity (RFC 8259, 6); every comparison with NaN is false."""
    raise ValueError(f"{text} is no number")


@cache
def _validator(kind: str, *, answers: bool) -> Any:
    properties = (_ANSWERS if answers else _REQUESTS)[kind]
    return fastjsonschema.compile(
        {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    )
