"""Each way to fail, as a client meets it, and that a heal ends it."""

import json
import smtplib
import time

import pytest
import urllib3

from ops.lab.sinks.failure import FailureKind, SinkFailure
from ops.lab.sinks.local_sinks import Sink
from ops.lab.waiting import eventually
from tests.ops.sinks.clients import HttpClient, MailClient, a_mail

_EVENT = json.dumps({"event": "x"})
_SLOW_SECONDS = 0.1


def _events_arrive(client: HttpClient, hec: Sink) -> None:
    before = hec.ledger.counts().valid
    assert client.post_events(_EVENT).status == 200
    assert hec.ledger.counts().valid == before + 1


def test_hec_answers_500_until_it_is_healed(client: HttpClient, hec: Sink) -> None:
    hec.failures.fail(SinkFailure(FailureKind.SERVER_ERROR))
    assert [client.post_events(_EVENT).status for _ in range(2)] == [500, 500]
    assert (hec.ledger.counts().valid, hec.ledger.counts().failed) == (0, 2)
    hec.failures.heal()
    _events_arrive(client, hec)


def test_dynatrace_answers_500(client: HttpClient, dynatrace: Sink) -> None:
    dynatrace.failures.fail(SinkFailure(FailureKind.SERVER_ERROR))
    assert client.post_metrics("abc 1").status == 500
    assert dynatrace.ledger.counts().valid == 0


def test_a_hanging_service_is_left_by_time_out(client: HttpClient, hec: Sink) -> None:
    hec.failures.fail(SinkFailure(FailureKind.HANG))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        client.post_events(_EVENT)
    assert (hec.ledger.counts().valid, hec.ledger.counts().failed) == (0, 1)
    hec.failures.heal()
    _events_arrive(client, hec)


def test_a_refused_connection_and_the_same_port_after_it(client: HttpClient, hec: Sink) -> None:
    _events_arrive(client, hec)  # a connection that the client keeps
    hec.failures.fail(SinkFailure(FailureKind.REFUSED))
    for _ in range(2):  # the kept connection is cut, a new one is not taken
        with pytest.raises((urllib3.exceptions.NewConnectionError, urllib3.exceptions.ProtocolError)):
            client.post_events(_EVENT)
    hec.failures.heal()
    _events_arrive(client, hec)


def test_a_slow_answer_is_late_and_right(client: HttpClient, hec: Sink) -> None:
    hec.failures.fail(SinkFailure(FailureKind.SLOW, delay_seconds=_SLOW_SECONDS))
    began = time.monotonic()
    _events_arrive(client, hec)
    assert time.monotonic() - began >= _SLOW_SECONDS


def test_a_wrong_answer_is_a_success_that_takes_nothing(client: HttpClient, hec: Sink) -> None:
    hec.failures.fail(SinkFailure(FailureKind.WRONG))
    answer = client.post_events(_EVENT)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")
    assert hec.ledger.counts().valid == 0


def test_a_failure_ends_after_its_time(client: HttpClient, hec: Sink) -> None:
    hec.failures.fail(SinkFailure(FailureKind.REFUSED), for_seconds=0.1)
    eventually(lambda: hec.failures.current is None, within=30, every=0.02)
    _events_arrive(client, hec)


def test_another_failure_is_not_ended_by_the_time_of_the_first(hec: Sink) -> None:
    hec.failures.fail(SinkFailure(FailureKind.SLOW), for_seconds=0.05)
    began = time.monotonic()
    hec.failures.fail(SinkFailure(FailureKind.SERVER_ERROR), for_seconds=0.3)
    eventually(lambda: hec.failures.current is None, within=30, every=0.02)
    assert time.monotonic() - began >= 0.3


def test_mail_is_put_off_with_451(mail: MailClient, smtp: Sink) -> None:
    smtp.failures.fail(SinkFailure(FailureKind.SERVER_ERROR))
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        mail.send(a_mail())
    assert refusal.value.smtp_code == 451
    smtp.failures.heal()
    mail.send(a_mail())
    assert (smtp.ledger.counts().valid, smtp.ledger.counts().failed) == (1, 1)


def test_a_silent_mail_server_is_left_by_time_out(mail: MailClient, smtp: Sink) -> None:
    smtp.failures.fail(SinkFailure(FailureKind.HANG))
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        mail.send(a_mail())
    smtp.failures.heal()
    mail.send(a_mail())
    assert (smtp.ledger.counts().valid, smtp.ledger.counts().failed) == (1, 1)


def test_a_mail_server_refuses_and_comes_back_on_its_port(mail: MailClient, smtp: Sink) -> None:
    smtp.failures.fail(SinkFailure(FailureKind.REFUSED))
    with pytest.raises(ConnectionRefusedError):
        mail.send(a_mail())
    smtp.failures.heal()
    mail.send(a_mail())
    assert smtp.ledger.counts().valid == 1


def test_a_foreign_program_on_the_mail_port_is_no_mail_server(mail: MailClient, smtp: Sink) -> None:
    smtp.failures.fail(SinkFailure(FailureKind.WRONG))
    with pytest.raises((smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected)):
        mail.send(a_mail())
    assert smtp.ledger.counts().failed == 1


def test_a_slow_mail_server_takes_the_mail_in_the_end(mail: MailClient, smtp: Sink) -> None:
    smtp.failures.fail(SinkFailure(FailureKind.SLOW, delay_seconds=_SLOW_SECONDS))
    mail.send(a_mail())
    assert smtp.ledger.counts().valid == 1
