"""Handler of the mail sink: checks the sender's credentials, and that a mail is well-formed by RFC 5322
and has the fields that a mail to an operator needs.
"""

import asyncio
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ops.lab.sinks.failure import FailureKind, FailureSwitch
from ops.lab.sinks.ledger import SinkFinding, SinkLedger

# RFC 5322, 3.6: Date and From are required. To and Message-ID: a mail without them is what filters drop.
_REQUIRED = ("Date", "From", "To", "Message-ID")
# RFC 5321, 2.3.8: CR and LF only together. A bare one can smuggle a second mail through a relay.
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class MailHandler:
    """aiosmtpd's hooks: https://aiosmtpd.aio-libs.org/en/stable/handlers.html"""

    def __init__(self, username: str, password: str, ledger: SinkLedger, failures: FailureSwitch) -> None:
        self._expected = LoginPassword(username.encode(), password.encode())
        self._ledger = ledger
        self._failures = failures

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any
    ) -> AuthResult:
        if given == self._expected:
            return AuthResult(success=True)
        self._refuse("wrong credentials")
        return AuthResult(success=False, handled=False)  # answered with 535

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            self._refuse("no authentication")
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        failure = self._failures.current
        if failure is not None and failure.kind is FailureKind.SERVER_ERROR:
            self._ledger.add_failed()
            return "451 4.3.0 Told to fail, try again later"
        if failure is not None and failure.kind is FailureKind.SLOW:
            await self._wait_over(failure.delay_seconds)
        content = envelope.original_content or b""
        document = document_of(content) | {
            "envelope_from": envelope.mail_from,
            "recipients": list(envelope.rcpt_tos),
        }
        problem = problem_of(content)
        self._ledger.add([SinkFinding(document, problem)])
        return f"554 5.6.0 {problem}" if problem else "250 2.0.0 Taken"

    def _refuse(self, problem: str) -> None:
        self._ledger.add([SinkFinding({}, problem)])

    async def _wait_over(self, seconds: float) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._failures.wait_over, seconds)


def problem_of(content: bytes) -> str:
    """Why the mail is refused; empty where it is well."""
    if _BARE.search(content):
        return "bare CR or LF"
    message = _parsed(content)
    if missing := [name for name in _REQUIRED if not str(message.get(name, "")).strip()]:
        return f"no {', '.join(missing)}"
    if repeated := [name for name in _REQUIRED if len(message.get_all(name, [])) > 1]:
        return f"{', '.join(repeated)} more than once"
    if defects := [*message.defects, *(d for header in message.values() for d in header.defects)]:
        return f"malformed: {', '.join(type(defect).__name__ for defect in defects)}"
    return ""


def document_of(content: bytes) -> dict[str, Any]:
    """The mail as a person reads it: its fields decoded, and its plain text."""
    message = _parsed(content)
    body = message.get_body(("plain",))
    fields = {name.lower().replace("-", "_"): str(message.get(name, "")) for name in (*_REQUIRED, "Subject")}
    return {**fields, "text": body.get_content().replace("\r\n", "\n") if body else ""}


def _parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)  # what this policy makes
    return message
