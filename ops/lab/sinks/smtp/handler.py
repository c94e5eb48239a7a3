"""What the mail server asks about each command: who sends, and whether the mail is taken."""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ops.lab.sinks.failure import FailureKind, FailureSwitch
from ops.lab.sinks.ledger import Finding, Ledger
from ops.lab.sinks.smtp.mail import document_of, problem_of


class MailHandler:
    """aiosmtpd's hooks: https://aiosmtpd.aio-libs.org/en/stable/handlers.html"""

    def __init__(self, username: str, password: str, ledger: Ledger, failures: FailureSwitch) -> None:
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
        self._ledger.add([Finding(document, problem)])
        return f"554 5.6.0 {problem}" if problem else "250 2.0.0 Taken"

    def _refuse(self, problem: str) -> None:
        self._ledger.add([Finding({}, problem)])

    async def _wait_over(self, seconds: float) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._failures.wait_over, seconds)
