"""An SMTP server (RFC 5321) over TLS, with AUTH PLAIN, that answers as it is told and keeps its mails."""

import base64
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.functions.servers.certificate import server_context

LOGIN = ("notifier", "s3cret")


@dataclass
class Mail:
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


@dataclass
class SmtpServer:
    """`refused` are the answers to RCPT by recipient, `mail_answer` that to MAIL, `data_answer` that to
    a mail's end. `before_answer` is called with each command."""

    port: int = 0
    implicit_tls: bool = False
    offers_starttls: bool = True
    refused: dict[str, str] = field(default_factory=dict)
    mail_answer: str = "250 ok"
    data_answer: str = "250 2.0.0 taken"
    hangs_up_at: str = ""  # the command that gets no answer but the end of the connection
    mails: list[Mail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    before_answer: Callable[[], None] = lambda: None


@contextmanager
def smtp_server(*, implicit_tls: bool = False) -> Iterator[SmtpServer]:
    server = SmtpServer(implicit_tls=implicit_tls)
    listener = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session)
    listener.state = server  # type: ignore[attr-defined]
    server.port = listener.server_address[1]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


class _Session(socketserver.BaseRequestHandler):
    """One connection. Sequence errors are answered with 503, a login that is missing with 530."""

    def handle(self) -> None:
        self.state: SmtpServer = self.server.state  # type: ignore[attr-defined]
        self.state.connections += 1
        self.secure = self.authenticated = False
        self.recipients: list[str] = []
        try:
            if self.state.implicit_tls:
                self._start_tls()
            self.file = self.request.makefile("rb")
            self._say("220 stand-in")
            while (line := self.file.readline()) and self._command(line.decode().strip()):
                pass
            self.file.close()
        except OSError:
            return  # the client does not trust us, or has gone
        finally:
            self.request.close()

    def _command(self, line: str) -> bool:
        """Whether the connection goes on."""
        verb = line.split(" ")[0].upper()
        self.state.commands.append(verb)
        self.state.before_answer()
        if verb == self.state.hangs_up_at:
            return False
        if verb == "QUIT":
            self._say("221 bye")
            return False
        getattr(self, f"_{verb.lower()}", self._unknown)(line)
        return True

    def _unknown(self, line: str) -> None:
        self._say("502 not implemented")

    def _ehlo(self, line: str) -> None:
        offers = ["AUTH PLAIN"] if self.secure else ["STARTTLS"] if self.state.offers_starttls else []
        self._say("".join(f"250-{each}\r\n" for each in ["stand-in", *offers]) + "250 SIZE 1000000")

    def _starttls(self, line: str) -> None:
        self._say("220 go ahead")
        self._start_tls()
        self.file = self.request.makefile("rb")

    def _start_tls(self) -> None:
        self.request = server_context().wrap_socket(self.request, server_side=True)
        self.secure = True

    def _auth(self, line: str) -> None:
        _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        self.authenticated = self.secure and (user, password) == LOGIN
        self._say("235 welcome" if self.authenticated else "535 5.7.8 wrong credentials")

    def _mail(self, line: str) -> None:
        self.recipients = []
        self._say(self.state.mail_answer if self.authenticated else "530 5.7.0 authentication required")

    def _rcpt(self, line: str) -> None:
        recipient = line.split("<")[1].split(">")[0]
        answer = self.state.refused.get(recipient, "250 ok")
        if answer.startswith("250"):
            self.recipients.append(recipient)
        self._say(answer)

    def _rset(self, line: str) -> None:
        self.recipients = []
        self._say("250 ok")

    def _data(self, line: str) -> None:
        if not self.recipients:
            self._say("503 5.5.1 no recipients")
            return
        self._say("354 go ahead")
        lines = []
        while (text := self.file.readline()) not in (b".\r\n", b""):
            lines.append(text.removeprefix(b".") if text.startswith(b"..") else text)
        if self.state.data_answer.startswith("250"):
            self.state.mails.append(Mail(self.recipients, b"".join(lines)))
        self._say(self.state.data_answer)

    def _say(self, answer: str) -> None:
        self.request.sendall(answer.encode() + b"\r\n")
