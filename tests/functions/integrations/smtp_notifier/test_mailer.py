"""The SMTP client, against a server on a socket."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from functools import partial

import pytest

from functions.integrations.secret import MalformedSecret
from functions.integrations.smtp_notifier.mailer import Mailer, NotMailed, RecipientRefusal, RefusalType
from functions.integrations.smtp_notifier.smtp_connection import ReplyLines, SmtpDeadline
from tests.functions.doubles import FakeClock
from tests.functions.servers.certificate import certificate
from tests.functions.servers.secrets import secret_of
from tests.functions.servers.smtp_server import LOGIN, SmtpServer, smtp_server

USER, PASSWORD = LOGIN
RECIPIENTS = ["a@example.com", "b@example.com"]


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@contextmanager
def mailer(server: SmtpServer, **secret: str) -> Iterator[Mailer]:
    values = {"username": USER, "password": PASSWORD, "caCertificate": certificate()} | secret
    security = "tls" if server.implicit_tls else "starttls"
    sending = Mailer("127.0.0.1", server.port, security, secret_of(**values))
    yield sending
    sending.close()


def send(server: SmtpServer, **secret: str) -> list[RecipientRefusal]:
    with mailer(server, **secret) as sending:
        return sending.send(mail(), RECIPIENTS)


def mail(text: str = "text\n") -> EmailMessage:
    composed = EmailMessage()
    composed["From"] = "Lab <lab@example.com>"
    composed["To"] = ", ".join(RECIPIENTS)
    composed.set_content(text)
    return composed


@pytest.mark.parametrize("implicit_tls", [False, True])
def test_mails_go_out_over_tls_after_a_login(implicit_tls: bool) -> None:
    with smtp_server(implicit_tls=implicit_tls) as server, mailer(server) as sending:
        assert sending.send(mail(".a line that begins with a dot\n"), RECIPIENTS) == []
        assert sending.send(mail(), RECIPIENTS) == []
    assert [each.recipients for each in server.mails] == [RECIPIENTS, RECIPIENTS]
    assert server.mails[0].text == ".a line that begins with a dot\n"
    assert server.connections == 1
    assert server.commands[-1] == "QUIT"


def test_who_is_refused_is_told_with_what_the_server_said(server: SmtpServer) -> None:
    server.refused = {"a@example.com": "550 5.1.1 no such user", "b@example.com": "451 4.7.1 greylisted"}
    with mailer(server) as sending:
        refusals = sending.send(mail(), [*RECIPIENTS, "c@example.com"])
    assert refusals == [
        RecipientRefusal("a@example.com", 550, "5.1.1 no such user"),
        RecipientRefusal("b@example.com", 451, "4.7.1 greylisted"),
    ]
    assert [each.permanent for each in refusals] == [True, False]
    assert [each.recipients for each in server.mails] == [["c@example.com"]]


def test_all_may_be_refused(server: SmtpServer) -> None:
    server.refused = dict.fromkeys(RECIPIENTS, "452 4.2.2 full")
    assert [each.code for each in send(server)] == [452, 452]
    assert server.mails == []


def test_a_mail_that_is_refused_is_refused_to_all(server: SmtpServer) -> None:
    server.data_answer = "554 5.7.1 spam"
    refusals = send(server)
    spam = partial(RecipientRefusal, code=554, text="5.7.1 spam", kind=RefusalType.MAIL)
    assert refusals == [spam(each) for each in RECIPIENTS]


def test_a_server_without_starttls_gets_neither_mail_nor_password(server: SmtpServer) -> None:
    server.offers_starttls = False
    with pytest.raises(NotMailed, match="STARTTLS"):
        send(server)
    assert not {"AUTH", "MAIL"} & set(server.commands)


@pytest.mark.parametrize("implicit_tls", [False, True])
def test_a_server_that_nobody_vouches_for_gets_no_password(implicit_tls: bool) -> None:
    untrusted = pytest.raises(NotMailed, match="CERTIFICATE_VERIFY_FAILED")
    with smtp_server(implicit_tls=implicit_tls) as server, untrusted:
        send(server, caCertificate="")
    assert not {"AUTH", "MAIL"} & set(server.commands)


def test_a_wrong_password_is_not_for_good_since_a_person_may_correct_it(server: SmtpServer) -> None:
    with pytest.raises(NotMailed, match="535"):
        send(server, password="old")


def test_a_secret_without_password_is_named(server: SmtpServer) -> None:
    with pytest.raises(MalformedSecret, match="'password'"):
        send(server, password="")


@pytest.mark.parametrize("command", ["EHLO", "AUTH", "RCPT", "DATA"])
def test_a_server_that_hangs_up_is_tried_anew_for_the_next_mail(server: SmtpServer, command: str) -> None:
    with mailer(server) as sending:
        server.hangs_up_at = command
        with pytest.raises(NotMailed):
            sending.send(mail(), RECIPIENTS)
        server.hangs_up_at = ""
        assert sending.send(mail(), RECIPIENTS) == []
    assert (server.connections, len(server.mails)) == (2, 1)


def test_a_closed_port_is_not_mailed() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = SmtpServer(port=unused.getsockname()[1])
    with pytest.raises(NotMailed, match="ConnectionRefusedError"):
        send(gone)


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.integrations.smtp_notifier.mailer.TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotMailed, match="timed out"):
        send(SmtpServer(port=silent.getsockname()[1]))


def test_closing_what_has_hung_up_is_no_error(server: SmtpServer) -> None:
    with mailer(server) as sending:
        sending.send(mail(), RECIPIENTS)
        server.hangs_up_at = "QUIT"
        sending.close()


def test_a_server_that_is_slow_at_each_command_gets_no_more_time_than_a_mail_has(server: SmtpServer) -> None:
    clock = FakeClock()
    server.before_answer = lambda: clock.advance(4)
    with mailer(server) as sending:
        sending.deadline = SmtpDeadline(clock)
        with pytest.raises(NotMailed, match="the time for the mail is over"):
            sending.send(mail(), RECIPIENTS)
    assert "DATA" not in server.commands
    assert server.mails == []


def test_each_mail_has_its_own_time(server: SmtpServer) -> None:
    clock = FakeClock()
    server.before_answer = lambda: clock.advance(2)
    with mailer(server) as sending:
        sending.deadline = SmtpDeadline(clock)
        for _ in range(3):
            assert sending.send(mail(), RECIPIENTS) == []
    assert (server.connections, len(server.mails)) == (1, 3)


def test_an_answer_in_pieces_is_read_within_the_time_of_the_mail() -> None:
    clock = FakeClock()
    ours, theirs = socket.socketpair()
    deadline = SmtpDeadline(clock)
    deadline.begin(10)
    lines = ReplyLines(ours, lambda: ours.settimeout(deadline.left(5)))
    with ours, theirs:
        theirs.sendall(b"250-one\r\n250 t")
        assert lines.readline(100) == b"250-one\r\n"
        clock.advance(10)
        with pytest.raises(TimeoutError):
            lines.readline(100)


def test_a_line_without_end_is_cut_and_so_is_the_last_one() -> None:
    ours, theirs = socket.socketpair()
    lines = ReplyLines(ours, lambda: None)
    with ours, theirs:
        theirs.sendall(b"250 long\r\nrest")
        theirs.close()
        assert [lines.readline(5) for _ in range(5)] == [b"250 l", b"ong\r\n", b"rest", b"", b""]
