"""Mail made of a notification."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from functions.integrations.smtp_notifier import mail_text
from functions.integrations.smtp_notifier.notification import Notification

MAX_SUBJECT_CHARACTERS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def compose(
    notification: Notification, *, sender: str, recipients: Sequence[str], now: datetime
) -> EmailMessage:
    """Plain text, encoded so that a server without 8BITMIME takes it.

    Message-ID and Date come from the notification: SQS delivers at least once, and by its Message-ID a
    repeated mail is known for what it is. A line break in an alarm's name begins no header of its own.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = _one_line(mail_text.subject(notification))
    mail["Message-ID"] = f"<{_token(notification.id)}@{parseaddr(sender)[1].rsplit('@', 1)[-1]}>"
    mail["Date"] = format_datetime(_moment(notification.published_at) or now)
    # RFC 3834: no vacation notice or other answering machine should reply to it.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_sendable(mail_text.body(notification)), cte="quoted-printable")
    return mail


def _one_line(line: str) -> str:
    return _CONTROL.sub(" ", _sendable(line)).strip()[:MAX_SUBJECT_CHARACTERS]


def _token(id_: str) -> str:
    """What a Message-ID may hold on its left side (RFC 5322, dot-atom) of SNS's or SQS's UUID."""
    return re.sub(r"[^A-Za-z0-9-]", "-", id_)


def _sendable(value: str) -> str:
    """JSON can escape half a surrogate pair, which no encoding of a mail carries."""
    return value.encode("utf-8", "replace").decode()


def _moment(timestamp: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(timestamp.replace("Z", "+00:00")) if timestamp else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment else None
