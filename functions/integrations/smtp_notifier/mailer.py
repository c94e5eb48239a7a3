"""Mailer over the central SMTP server: over TLS and with a login, or not at all."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr

from functions.integrations.http_post import tls_context
from functions.integrations.secret import ServiceSecret

# For each command: a mail takes about ten of them, a connection included.
TIMEOUT_SECONDS = 5.0
MAIL_SECONDS = 30.0


class NotMailed(Exception):
    """No recipient got the mail, for a reason that lies with the server or the way to it: try again later."""


@dataclass(frozen=True)
class RecipientRefusal:
    """The server's answer for one recipient: RFC 5321, 4.2.1."""

    recipient: str
    code: int
    text: str

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
    _connection: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage, recipients: Sequence[str]) -> list[RecipientRefusal]:
        """Answer who was refused; everyone else's mail is the server's now. Raises NotMailed and what
        `ServiceSecret` raises. The password is sent to no server that has not proved to be `host`."""
        try:
            return self._transaction(mail, recipients)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self.close()
            raise NotMailed(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Say goodbye; a server that does not listen any more loses nothing by it."""
        connection, self._connection = self._connection, None
        if connection is not None:
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
            return [RecipientRefusal(each, error.smtp_code, _text(error.smtp_error)) for each in recipients]
        return [RecipientRefusal(each, code, _text(answer)) for each, (code, answer) in refused.items()]

    def _connect(self) -> smtplib.SMTP:
        context = tls_context(self.secret.optional("caCertificate"))
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
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
