"""Envelope of Splunk's HTTP Event Collector (HEC), checked, and HEC's answers by their codes.

A request's body is JSON objects back to back, each with an `event` and what is known about it. Sources:
Splunk, "Format events for HTTP Event Collector"
(https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/format-events-for-http-event-collector);
"Troubleshoot HTTP Event Collector", possible error codes
(https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/troubleshoot-http-event-collector);
and, for what HEC does with wrong envelopes, what its users report (see each check).
"""

import json
from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any

from ops.lab.sinks.http_exchange import SinkAnswer

_TEXTS = ("host", "source", "sourcetype", "index")
_KNOWN = {"time", "event", "fields", *_TEXTS}


class HecAnswer(Enum):
    """HTTP status, code, text."""

    SUCCESS = (200, 0, "Success")
    TOKEN_REQUIRED = (401, 2, "Token is required")
    INVALID_AUTHORIZATION = (401, 3, "Invalid authorization")
    INVALID_TOKEN = (403, 4, "Invalid token")
    NO_DATA = (400, 5, "No data")
    INVALID_FORMAT = (400, 6, "Invalid data format")
    INCORRECT_INDEX = (400, 7, "Incorrect index")
    SERVER_ERROR = (500, 8, "Internal server error")
    EVENT_REQUIRED = (400, 12, "Event field is required")
    EVENT_BLANK = (400, 13, "Event field cannot be blank")
    INDEXED_FIELDS = (400, 15, "Error in handling indexed fields")
    HEALTHY = (200, 17, "HEC is healthy")

    @property
    def text(self) -> str:
        return self.value[2]

    def answer(self, **more: Any) -> SinkAnswer:
        status, code, text = self.value
        return SinkAnswer.of(status, {"text": text, "code": code, **more})


class EnvelopeRefused(Exception):
    """An envelope that HEC would refuse; `number` is its place in the request, from 0."""

    def __init__(self, answer: HecAnswer, number: int, detail: str) -> None:
        super().__init__(f"{answer.text}: envelope {number}: {detail}")
        self.answer = answer
        self.number = number


def read_envelopes(text: str, allowed_indexes: Collection[str]) -> list[dict[str, Any]]:
    """Every envelope of a request's body. Raises EnvelopeRefused for the first that is wrong.

    HEC reads on as it checks: what is wrong first is answered, even where broken JSON follows.
    """
    envelopes = []
    for number, envelope in enumerate(_decoded(text)):
        _check(envelope, number, allowed_indexes)
        envelopes.append(envelope)
    return envelopes


class _Scientific(float):
    """A number written with an exponent."""


def _number(text: str) -> float:
    return _Scientific(text) if "e" in text.lower() else float(text)


def _refuse_constant(text: str) -> None:
    raise json.JSONDecodeError(f"{text} is not JSON", text, 0)  # what Python writes for NaN and infinity


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_refuse_constant)


def _decoded(text: str) -> Iterator[Any]:
    position, number = _skip_space(text, 0), 0
    while position < len(text):
        try:
            envelope, position = _DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise EnvelopeRefused(HecAnswer.INVALID_FORMAT, number, f"no JSON: {error}") from error
        yield envelope
        position, number = _skip_space(text, position), number + 1


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _check(envelope: Any, number: int, allowed_indexes: Collection[str]) -> None:
    def refuse(answer: HecAnswer, detail: str) -> EnvelopeRefused:
        return EnvelopeRefused(answer, number, detail)

    if not isinstance(envelope, dict):
        raise refuse(HecAnswer.INVALID_FORMAT, "no object")
    if "event" not in envelope:
        raise refuse(HecAnswer.EVENT_REQUIRED, "no `event`")
    if envelope["event"] in (None, "", {}, []):
        raise refuse(HecAnswer.EVENT_BLANK, "`event` is empty")
    # HEC ignores a key that it does not know: a mistake that stays unseen there, so it is an error here.
    if unknown := envelope.keys() - _KNOWN:
        raise refuse(HecAnswer.INVALID_FORMAT, f"unknown keys {', '.join(sorted(unknown))}")
    for name in _TEXTS:
        if not isinstance(envelope.get(name, ""), str):
            raise refuse(HecAnswer.INVALID_FORMAT, f"`{name}` is no text")
    if "index" in envelope and envelope["index"] not in allowed_indexes:
        raise refuse(HecAnswer.INCORRECT_INDEX, f"index {envelope['index']} is not one of the token's")
    if (problem := _time_problem(envelope)) or (problem := _fields_problem(envelope.get("fields", {}))):
        raise refuse(HecAnswer.INDEXED_FIELDS, problem)


def _time_problem(envelope: dict[str, Any]) -> str:
    """Epoch seconds, as a number or its text. HEC answers 15 to others, also to 1.7e9, say its users."""
    moment = envelope.get("time", 0)
    if isinstance(moment, str):
        return "" if moment.replace(".", "", 1).isdecimal() else f"`time` {moment} is no number"
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        return "`time` is no number"
    return "`time` is in scientific notation" if isinstance(moment, _Scientific) else ""


def _fields_problem(fields: Any) -> str:
    """A flat object: "Automate indexed field extractions with HEC" allows texts and lists of texts.

    Users report code 15 for other types of values.
    """
    if not isinstance(fields, dict):
        return "`fields` is no object"
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            return f"field {name} is neither a text nor a list of texts"
    return ""
