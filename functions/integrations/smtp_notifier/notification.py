"""Notification, as SNS delivers it to a queue, and who is still to get it."""

import json
from dataclasses import dataclass, field
from typing import Any

from functions.common.source_queue import QueueRecord

RECIPIENTS = "recipients"
"""Attribute of a message that is meant for some recipients only: those that refused it before."""


@dataclass(frozen=True)
class Notification:
    """`id` is SNS's, the same in every delivery; `document` is the message where that is a JSON object."""

    id: str
    topic: str
    subject: str
    message: str
    published_at: str | None = None  # ISO 8601, UTC
    document: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_record(cls, record: QueueRecord) -> "Notification":
        """Never fails: what did not come from SNS is mailed as it is, since it would be read nowhere else.

        https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
        """
        envelope = _object(record.body)
        if "Message" not in envelope:
            return cls(record.message_id, "", "", record.body, None, envelope)
        return cls(
            id=str(envelope.get("MessageId") or record.message_id),
            topic=str(envelope.get("TopicArn") or "").rsplit(":", 1)[-1],
            subject=str(envelope.get("Subject") or ""),
            message=str(envelope["Message"]),
            published_at=str(envelope["Timestamp"]) if "Timestamp" in envelope else None,
            document=_object(str(envelope["Message"])),
        )


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
