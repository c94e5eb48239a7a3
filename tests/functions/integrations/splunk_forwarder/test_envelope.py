"""Envelope of a log line: its fields, where it has any, else its text."""

import json
from typing import Any

import pytest

from functions.integrations.splunk_forwarder.envelope import envelopes
from functions.integrations.splunk_forwarder.log_batch import LogBatch
from tests.functions.integrations.splunk_forwarder.events import GROUP, subscription_event


def made_of(*messages: str, index: str | None = None) -> list[dict[str, Any]]:
    batch = LogBatch.from_event(subscription_event(*messages))
    return [json.loads(each) for each in envelopes(batch, index)]


def test_a_structured_line_keeps_its_fields() -> None:
    (envelope,) = made_of('{"level": "INFO", "message": "record processed"}')
    assert envelope == {
        "time": 1_800_000_000.123,
        "host": GROUP,
        "source": GROUP,
        "sourcetype": "aws:cloudwatchlogs",
        "event": {"level": "INFO", "message": "record processed"},
        "fields": {
            "eventId": "line-0",
            "logStream": "2026/11/21/[$LATEST]abc",
            "account": "000000000000",
        },
    }


@pytest.mark.parametrize(
    "message", ["START RequestId: 1", "[1, 2]", "42", "{}", '{"a": NaN}', '{"a": ' * 50_000, "\x00\ud800"]
)
def test_a_line_without_fields_is_text(message: str) -> None:
    (envelope,) = made_of(message)
    assert envelope["event"] == message


def test_an_index_is_named_where_one_is_set() -> None:
    assert made_of("text", index="lab")[0]["index"] == "lab"
    assert "index" not in made_of("text")[0]


def test_a_blank_line_is_none() -> None:
    assert made_of("", " \n", "text\n")[0]["event"] == "text\n"
    assert len(made_of("", " \n", "text\n")) == 1


def test_envelopes_are_ascii_as_sqs_takes_it() -> None:
    (text,) = envelopes(LogBatch.from_event(subscription_event("größer \x00 \ud800 \n")), None)
    assert text.isascii()
    assert text.isprintable()


def test_a_control_message_has_no_lines() -> None:
    event = subscription_event("CWL CONTROL MESSAGE: Checking health", type_="CONTROL_MESSAGE")
    assert LogBatch.from_event(event).lines == ()
