"""SMTP notifier against the mail sink: valid mails, and none lost or repeated."""

import json
from typing import Any

import pytest

from functions.common import clients
from functions.integrations.environment import SmtpNotifierEnvironment
from functions.integrations.smtp_notifier import handler as smtp
from ops.lab.sinks.access import RECIPIENT, SENDER, Access, SinkName
from ops.lab.sinks.failure import FailureKind, SinkFailure
from ops.lab.sinks.local_sinks import LocalSinks, Sink
from ops.lab.sinks.smtp_sink import IMPLICIT_TLS
from tests.functions.conftest import Aws
from tests.functions.integrations.smtp_notifier.records import ALARM, envelope
from tests.functions.stand_ins.conftest import export
from tests.functions.stand_ins.event_source import Handler, deliver

_HOSTILE = ALARM | {
    "AlarmName": "depth\r\nBcc: thief@example.com",
    "NewStateReason": "ü 🙂\n.\nno end of mail",
}


@pytest.fixture
def mails(stand_ins: LocalSinks) -> Sink:
    return stand_ins.sinks[SinkName.SMTP]


def _give_secret(aws: Aws, access: Access, **other: str) -> None:
    given = access.credentials
    secret = {
        "username": given.smtp_username,
        "password": given.smtp_password,
        "caCertificate": access.ca_certificate,
    }
    clients.secretsmanager().put_secret_value(
        SecretId=aws.secret_arn, SecretString=json.dumps(secret | other)
    )
    smtp.source.cache_clear()
    smtp.delivery.cache_clear()


def _environment(aws: Aws, access: Access) -> SmtpNotifierEnvironment:
    return SmtpNotifierEnvironment(
        queue_url=aws.queue_url,
        dlq_url=aws.dlq_url,
        retry_seconds=1,
        host="127.0.0.1",
        port=access.ports.smtp,
        security=access.smtp_security,
        sender=SENDER,
        recipients=RECIPIENT,
        secret_name=aws.secret_arn,
    )


@pytest.fixture
def notify(aws: Aws, access: Access, context: Any, monkeypatch: pytest.MonkeyPatch) -> Handler:
    export(_environment(aws, access), monkeypatch)
    _give_secret(aws, access)
    context.remaining_ms = 60_000
    return lambda event: smtp.handler(event, context)


def _publish(aws: Aws, *alarms: dict[str, Any]) -> None:
    for number, alarm in enumerate(alarms):
        body = envelope(alarm, MessageId=f"00000000-0000-5000-8000-{number:012}")
        aws.sqs.send_message(QueueUrl=aws.queue_url, MessageBody=body)


def _subjects(mails: Sink) -> list[str]:
    return [arrival.document["subject"] for arrival in mails.ledger.arrivals() if arrival.valid]


def test_an_alarm_arrives_as_a_valid_mail(notify: Handler, mails: Sink, aws: Aws) -> None:
    _publish(aws, ALARM)
    assert deliver(aws, aws.queue_url, notify) == 0
    assert _subjects(mails) == ["ALARM: IngestionLab-dev-DlqDepth"]
    assert mails.ledger.counts().invalid == 0


def test_an_alarm_can_smuggle_neither_a_header_nor_a_second_mail(
    notify: Handler, mails: Sink, aws: Aws
) -> None:
    _publish(aws, _HOSTILE)
    assert deliver(aws, aws.queue_url, notify) == 0
    (arrival,) = mails.ledger.arrivals()
    assert arrival.valid
    assert arrival.document["recipients"] == [RECIPIENT]
    assert "no end of mail" in arrival.document["text"]


def test_an_outage_loses_and_repeats_no_mail(
    notify: Handler, mails: Sink, aws: Aws, outage: FailureKind
) -> None:
    mails.failures.fail(SinkFailure(outage))
    _publish(aws, ALARM, ALARM | {"AlarmName": "second"})
    assert deliver(aws, aws.queue_url, notify) == 2
    assert _subjects(mails) == []
    mails.failures.heal()
    assert deliver(aws, aws.queue_url, notify) == 0
    assert sorted(_subjects(mails)) == ["ALARM: IngestionLab-dev-DlqDepth", "ALARM: second"]
    assert aws.receive_all(aws.dlq_url) == []


@pytest.mark.parametrize("other", [{"password": "old"}, {"caCertificate": ""}])
def test_mails_wait_until_the_secret_is_repaired(
    notify: Handler, mails: Sink, aws: Aws, access: Access, other: dict[str, str]
) -> None:
    _give_secret(aws, access, **other)
    _publish(aws, ALARM)
    assert deliver(aws, aws.queue_url, notify) == 1
    assert _subjects(mails) == []
    _give_secret(aws, access)
    assert deliver(aws, aws.queue_url, notify) == 0
    assert len(_subjects(mails)) == 1


def test_tls_from_the_first_byte(aws: Aws, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalSinks(smtp_security=IMPLICIT_TLS) as stand_ins:
        access = stand_ins.access()
        export(_environment(aws, access), monkeypatch)
        _give_secret(aws, access)
        _publish(aws, ALARM)
        assert deliver(aws, aws.queue_url, lambda event: smtp.handler(event, context)) == 0
        assert len(_subjects(stand_ins.sinks[SinkName.SMTP])) == 1
