"""Whether a mail is one: RFC 5322's lines and the fields that a mail to an operator needs."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

# RFC 5322, 3.6: Date and From are required. To and Message-ID: a mail without them is what filters drop.
_REQUIRED = ("Date", "From", "To", "Message-ID")
# RFC 5321, 2.3.8: CR and LF only together. A bare one can smuggle a second mail through a relay.
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


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
