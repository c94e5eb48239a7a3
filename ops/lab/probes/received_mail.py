"""Received mail: one of the emulator's mailbox, whichever of SES's operations sent it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string, policy
from typing import Any


@dataclass(frozen=True)
class ReceivedMail:
    """A mail in the inbox; `at` is when LocalStack's SES took it."""

    at: datetime
    sender: str
    recipients: list[str]
    subject: str
    text: str

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "ReceivedMail":
        """Of LocalStack's form: with Subject and Body, or RawData of SendRawEmail, or a template's data."""
        at = datetime.fromisoformat(document["Timestamp"])
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        if "RawData" in document:
            raw = message_from_string(document["RawData"], policy=policy.default)
            body = raw.get_body(("plain", "html"))
            text = body.get_content() if body else ""
            to = [each.strip() for each in str(raw["to"] or "").split(",") if each.strip()]
            return cls(at, document["Source"], to, str(raw["subject"] or ""), text)
        body_parts = document.get("Body") or {}
        return cls(
            at=at,
            sender=document["Source"],
            recipients=[each for group in document["Destination"].values() for each in group],
            subject=document.get("Subject") or document.get("Template") or "",
            text=body_parts.get("text_part")
            or body_parts.get("html_part")
            or document.get("TemplateData")
            or "",
        )
