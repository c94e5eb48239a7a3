"""Mailer over the central SMTP server: over TLS and with a login, or not at all."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum

from functions.integrations.http_post import tls_context
from functions.integrations.secret import ServiceSecret
from functions.integrations.smtp_notifier.smtp_connection import (
    DeadlinedSmtp,
    DeadlinedSmtpOverTls,
    SmtpDeadline,
)

# Of one step, and of a mail with all its steps, from connecting to QUIT. A mail that takes longer is given up
# before Lambda ends the function, which would send those before it again.
TIMEOUT_SECONDS = 5.0
MAIL_SECONDS = 30.0
_QUIT_SECONDS = 2.0


class NotMailed(Exception):
    """No recipient got the mail, for a reason that lies with the server or the way to it: try again later."""


class RefusalType(StrEnum):
    """What the server refused; as `errorType` on the dead letter."""

    RECIPIENT = "RecipientRefused"
    SENDER = "SenderRefused"  # the account may not send as this sender, or may not send now
    MAIL = "MailRefused"  # for its content: RFC 5321, DATA


@dataclass(frozen=True)
class RecipientRefusal:
    """The server's answer for one recipient: RFC 5321, 4.2.1."""

    recipient: str
    code: int
    text: str
    kind: RefusalType = RefusalType.RECIPIENT

    @property
    def permanent(self) -> bool:
        """5yz: the same mail would be refused again. 4yz: it may be taken later, as by greylisting."""
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.recipient}: {self.code} {self.text}"


@dataclass
class Mailer:
    """Keeps its connection from one mail of a batch to the next; `close` ends it."""

    host: str
    port: int
    security: str  # starttls, or tls from the first byte
    secret: ServiceSecret
    deadline: SmtpDeadline = field(default_factory=SmtpDeadline)
    _connection: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage, recipients: Sequence[str]) -> list[RecipientRefusal]:
        """Answer who was refused; everyone else's mail is the server's now. Raises NotMailed and what
        `ServiceSecret` raises. The password is sent to no server that has not proved to be `host`."""
        self.deadline.begin(MAIL_SECONDS - _QUIT_SECONDS)
        try:
            return self._transaction(mail, recipients)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self.close()
            raise NotMailed(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Close the connection with QUIT; errors are ignored."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self.deadline.begin(_QUIT_SECONDS)
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _transaction(self, mail: EmailMessage, recipients: Sequence[str]) -> list[RecipientRefusal]:
        self._connection = self._connection or self._login(self._connect())
        sender = parseaddr(str(mail["From"]))[1]
        try:
            refused = self._connection.send_message(mail, sender, list(recipients))
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            is_of_sender = isinstance(error, smtplib.SMTPSenderRefused)
            kind = RefusalType.SENDER if is_of_sender else RefusalType.MAIL
            text = _text(error.smtp_error)
            return [RecipientRefusal(each, error.smtp_code, text, kind) for each in recipients]
        return [RecipientRefusal(each, code, _text(answer)) for each, (code, answer) in refused.items()]

    def _connect(self) -> smtplib.SMTP:
        context = tls_context(self.secret.optional("caCertificate"))
        if self.security == "tls":
            return DeadlinedSmtpOverTls(self.host, self.port, self.deadline, TIMEOUT_SECONDS, context)
        connection = DeadlinedSmtp(self.host, self.port, self.deadline, TIMEOUT_SECONDS)
        try:
            connection.starttls(context=context)
        except BaseException:
            connection.close()
            raise
        return connection

    def _login(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        try:
            connection.login(self.secret.require("username"), self.secret.require("password"))
        except BaseException:
            connection.close()
            raise
        return connection


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
