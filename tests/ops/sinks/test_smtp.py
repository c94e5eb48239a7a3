"""Mail sink: TLS, credentials and the form of a mail are demanded."""

import smtplib
import ssl

import pytest

from ops.lab.sinks.access import RECIPIENT, SENDER, Access, SinkName
from ops.lab.sinks.local_sinks import LocalSinks, Sink
from ops.lab.sinks.smtp_sink import IMPLICIT_TLS
from tests.ops.sinks.clients import SECONDS, MailClient, a_mail, trusting


def test_a_whole_mail_is_kept_as_a_person_reads_it(mail: MailClient, smtp: Sink) -> None:
    mail.send(a_mail())
    (arrival,) = smtp.ledger.arrivals()
    assert arrival.valid
    assert arrival.document["subject"] == "Depth über alles"
    assert arrival.document["text"] == "The DLQ holds messages.\n"
    assert (arrival.document["envelope_from"], arrival.document["recipients"]) == (SENDER, [RECIPIENT])


def test_implicit_tls_is_the_other_choice() -> None:
    with LocalSinks(smtp_security=IMPLICIT_TLS) as sinks:
        access = sinks.access()
        port, given = access.ports.smtp, access.credentials
        with smtplib.SMTP_SSL("127.0.0.1", port, context=trusting(access), timeout=SECONDS) as server:
            server.login(given.smtp_username, given.smtp_password)
            server.send_message(a_mail())
        assert sinks.sinks[SinkName.SMTP].ledger.counts().valid == 1


def test_wrong_credentials_are_answered_with_535(mail: MailClient, smtp: Sink) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
        mail.send(a_mail(), password="guess")
    assert refusal.value.smtp_code == 535
    assert {arrival.problem for arrival in smtp.ledger.arrivals()} == {"wrong credentials"}


def test_nothing_is_taken_before_starttls(mail: MailClient) -> None:
    with mail.connect() as server:
        server.ehlo()
        assert "auth" not in server.esmtp_features
        assert server.mail(SENDER)[0] == 530


def test_nothing_is_taken_without_authentication(mail: MailClient, access: Access, smtp: Sink) -> None:
    with mail.connect() as server:
        server.starttls(context=trusting(access))
        server.ehlo()
        assert server.mail(SENDER)[0] == 530
    assert [arrival.problem for arrival in smtp.ledger.arrivals()] == ["no authentication"]


def test_a_client_that_was_not_told_the_authority_does_not_trust_it(mail: MailClient, smtp: Sink) -> None:
    with mail.connect() as server, pytest.raises(ssl.SSLCertVerificationError):
        server.starttls(context=ssl.create_default_context())
    assert smtp.ledger.counts().valid == 0


@pytest.mark.parametrize("field", ["Date", "From", "To", "Message_ID"])
def test_a_mail_that_lacks_a_field_is_refused(mail: MailClient, smtp: Sink, field: str) -> None:
    content = a_mail(**{field: None}).as_bytes().replace(b"\n", b"\r\n")
    assert mail.send_bytes(content) == 554
    (arrival,) = smtp.ledger.arrivals()
    assert arrival.problem == f"no {field.replace('_', '-')}"


@pytest.mark.parametrize("line", [b"smuggled\nline", b"smuggled\rline"])
def test_a_bare_cr_or_lf_is_refused(mail: MailClient, smtp: Sink, line: bytes) -> None:
    content = a_mail().as_bytes().replace(b"\n", b"\r\n") + line
    assert mail.send_bytes(content) == 554
    assert [arrival.problem for arrival in smtp.ledger.arrivals()] == ["bare CR or LF"]


def test_a_field_that_is_there_twice_is_refused(mail: MailClient, smtp: Sink) -> None:
    content = b"From: other@example.com\r\n" + a_mail().as_bytes().replace(b"\n", b"\r\n")
    assert mail.send_bytes(content) == 554
    assert [arrival.problem for arrival in smtp.ledger.arrivals()] == ["From more than once"]


def test_a_malformed_address_is_refused(mail: MailClient, smtp: Sink) -> None:
    content = a_mail().as_bytes().replace(b"\n", b"\r\n").replace(f"From: {SENDER}".encode(), b"From: @@")
    assert mail.send_bytes(content) == 554
    assert "malformed" in smtp.ledger.arrivals()[0].problem
