"""A message of the files' dead-letter queue: which file, and why it is there."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.lab.target import Target

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageAttributeValueOutputTypeDef, MessageTypeDef

# What the round adds to a message that it gives up; a message that SQS itself moved has none of it.
ERROR_TYPE, REASON, RECEIVE_COUNT = "errorType", "reason", "receiveCount"
ADDED = frozenset({ERROR_TYPE, REASON, RECEIVE_COUNT})
UNKNOWN = "unknown"
# Of messages that are looked at: long enough to see a whole queue, short enough for who wants them next.
_HELD_SECONDS = 30
_BATCH = 10  # of one ReceiveMessage (SQS API reference)


@dataclass(frozen=True)
class DeadLetter:
    """`identity` is that of the files table; None where the body is no S3 event."""

    message_id: str
    receipt_handle: str
    body: str
    attributes: "dict[str, MessageAttributeValueOutputTypeDef]"
    identity: str | None
    error_type: str
    reason: str
    age_seconds: float

    @classmethod
    def of(cls, message: "MessageTypeDef", now: float) -> "DeadLetter":
        attributes = message.get("MessageAttributes", {})

        def text(name: str) -> str:
            return attributes[name].get("StringValue", "") if name in attributes else ""

        return cls(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            body=message["Body"],
            attributes=attributes,
            identity=_identity(message["Body"]),
            error_type=text(ERROR_TYPE) or UNKNOWN,
            reason=text(REASON) or "SQS moved it: no round was able to say why",
            age_seconds=now - int(message.get("Attributes", {}).get("SentTimestamp", "0")) / 1000,
        )


def receive(target: Target, url: str) -> Iterator[DeadLetter]:
    """Each message of the queue at `url` that can be received now, once. All of them stay in flight for
    some seconds, or until the caller gives them back."""
    seen: set[str] = set()
    while messages := _receive(target, url):
        fresh = [message for message in messages if message["MessageId"] not in seen]
        if not fresh:  # it took so long that the first ones are back
            return
        seen |= {message["MessageId"] for message in fresh}
        yield from (DeadLetter.of(message, time.time()) for message in fresh)


def give_back(target: Target, url: str, letters: list[DeadLetter]) -> None:
    """Make messages that were received visible again."""
    for letter in letters:
        target.sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=letter.receipt_handle, VisibilityTimeout=0
        )


def look(target: Target, url: str) -> list[DeadLetter]:
    """Every message of the queue, which stays as it was, but for its receive count."""
    letters = list(receive(target, url))
    give_back(target, url, letters)
    return letters


def _receive(target: Target, url: str) -> "list[MessageTypeDef]":
    answer = target.sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=_BATCH,
        VisibilityTimeout=_HELD_SECONDS,
        WaitTimeSeconds=1,  # long polling asks every server: a short poll may miss messages that are there
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["SentTimestamp"],
    )
    return answer.get("Messages", [])


def _identity(body: str) -> str | None:
    try:
        entry = json.loads(body)["detail"]["object"]
        return f"{entry['key']}#{entry.get('version-id') or entry['etag']}"
    except (ValueError, KeyError, TypeError):
        return None
