"""What a person finds in the mailbox."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from functions.integrations.smtp_notifier.mail import MAX_SUBJECT_CHARACTERS, compose
from functions.integrations.smtp_notifier.notification import Notification
from tests.functions.integrations.smtp_notifier.records import ALARM, envelope, record

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def mail(body: str) -> EmailMessage:
    """As it is read at the other end."""
    composed = compose(
        Notification.from_record(record(body)),
        sender="Lab <lab@example.com>",
        recipients=["a@example.com", "b@example.com"],
        now=NOW,
    )
    arrived = message_from_bytes(composed.as_bytes(), policy=default)
    assert isinstance(arrived, EmailMessage)
    return arrived


def test_an_alarm_says_what_where_and_why() -> None:
    arrived = mail(envelope(ALARM, Subject='ALARM: "..." in Europe (Frankfurt)'))
    assert arrived["Subject"] == "ALARM: IngestionLab-dev-DlqDepth"
    assert arrived.get_content_type() == "text/plain"
    text = arrived.get_content()
    for fact in (
        "State:       ALARM (was OK)",
        "Reason:      Threshold Crossed: 1 datapoint [3.0]",
        "Time:        2026-11-21T10:00:00.000+0000",
        "Account:     000000000000",
        "Region:      Europe (Frankfurt)",
        "Metric:      AWS/SQS ApproximateNumberOfMessagesVisible (QueueName=dlq)",
    ):
        assert fact in text
    assert "Description" not in text


def test_a_composite_alarm_has_no_metric() -> None:
    assert "Metric:" not in mail(envelope(ALARM | {"Trigger": None})).get_content()


def test_an_event_is_named_by_its_kind() -> None:
    failed = {"detail-type": "IngestionFailure", "source": "ingestion.lab", "detail": {"reason": "größer"}}
    arrived = mail(envelope(failed))
    assert arrived["Subject"] == "IngestionFailure from ingestion.lab"
    assert '"reason": "größer"' in arrived.get_content()


def test_any_other_text_is_mailed_as_it_is() -> None:
    arrived = mail(envelope("the downstream is\nback", Subject="Good news"))
    assert (arrived["Subject"], arrived.get_content()) == ("Good news", "the downstream is\r\nback\r\n")
    assert mail(envelope("text"))["Subject"] == "Notification from alarms"


@pytest.mark.parametrize("body", ["no JSON", "[1]", '{"some": "object"}', "[" * 100_000])
def test_what_did_not_come_from_sns_is_mailed_all_the_same(body: str) -> None:
    arrived = mail(body)
    assert arrived["Subject"] == "Notification from the queue"
    assert arrived["Message-ID"] == "<sqs-message-1@example.com>"
    assert arrived["Date"].datetime == NOW


def test_a_repeated_notification_bears_the_same_message_id_and_date() -> None:
    first, second = mail(envelope(ALARM)), mail(envelope(ALARM))
    assert first["Message-ID"] == second["Message-ID"] == "<2a9c2b34-0000-5000-8000-000000000001@example.com>"
    assert first["Date"].datetime == datetime(2026, 11, 21, 10, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_line_break_in_an_alarms_name_begins_no_header(line_break: str) -> None:
    name = f"x{line_break}Bcc: everyone@example.com{line_break}{line_break}<html>"
    arrived = mail(envelope(ALARM | {"AlarmName": name}))
    assert "Bcc" not in arrived
    assert arrived["Subject"] == "ALARM: x Bcc: everyone@example.com <html>"
    assert arrived["To"] == "a@example.com, b@example.com"


@pytest.mark.parametrize("fields", [{"MessageId": "a\r\nBcc: x@y.z"}, {"Timestamp": "soon"}])
def test_no_field_of_the_envelope_breaks_the_mail(fields: dict[str, Any]) -> None:
    arrived = mail(envelope(ALARM, **fields))
    assert "Bcc" not in arrived
    assert arrived["Subject"] == "ALARM: IngestionLab-dev-DlqDepth"


def test_half_a_surrogate_pair_can_be_mailed() -> None:
    assert "?" in mail(envelope({"AlarmName": "\ud83d", "NewStateValue": "OK"}))["Subject"]


def test_a_subject_has_an_end() -> None:
    assert len(mail(envelope(ALARM | {"AlarmName": "ä" * 5_000}))["Subject"]) == MAX_SUBJECT_CHARACTERS
