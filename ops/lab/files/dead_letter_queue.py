"""Dead-letter queue of the files pipeline: which files its messages are of, and why they are there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.common.sqs_message import SystemAttributes
from functions.files.rounds.s3_event import UnreadableMessage, parse_s3_event
from ops.lab.app import queue_walk
from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageAttributeValueOutputTypeDef, MessageTypeDef

UNKNOWN = "unknown"
_NO_REASON = "SQS moved it here: no round lived to say why"


@dataclass(frozen=True)
class FileDeadLetter:
    """`identity` is that of the files table, None where the body is no S3 event; `system` has the attributes
    that SQS keeps beside the message's own; `sent` epoch seconds."""

    message_id: str
    receipt_handle: str
    body: str
    attributes: "dict[str, MessageAttributeValueOutputTypeDef]"
    system: SystemAttributes
    identity: str | None
    error_type: str
    reason: str
    sent: float

    @classmethod
    def of(cls, message: "MessageTypeDef") -> "FileDeadLetter":
        """Of a message that was received with all its attributes. What a round could not say is unknown."""
        attributes = message.get("MessageAttributes", {})

        def text(name: str) -> str | None:
            return attributes[name].get("StringValue") if name in attributes else None

        return cls(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            body=message["Body"],
            attributes=attributes,
            system=message["Attributes"],
            identity=_identity(message),
            error_type=text("errorType") or UNKNOWN,
            reason=text("reason") or _NO_REASON,
            sent=int(message["Attributes"]["SentTimestamp"]) / 1000,
        )

    @property
    def key(self) -> str | None:
        """The object's key, whichever version of it; None where the body is no S3 event."""
        return None if self.identity is None else self.identity.rpartition("#")[0]


@dataclass(frozen=True)
class FileDeadLetterQueue:
    """The queue at `url`. A look raises the receive counts of its messages, on which nothing depends here:
    this queue has no redrive policy of its own."""

    target: Target
    url: str

    @classmethod
    def of(cls, target: Target) -> "FileDeadLetterQueue":
        return cls(target, target.output("CsvDlqUrl"))

    def batches(self) -> Iterator[list[FileDeadLetter]]:
        """Every message that can be received now, each once. They stay in flight for some seconds, or until
        they are given back or deleted."""
        for messages in queue_walk.batches(self.target, self.url):
            yield [FileDeadLetter.of(message) for message in messages]

    def give_back(self, letters: Iterable[FileDeadLetter]) -> None:
        """Make messages that were received visible again."""
        queue_walk.give_back(self.target, self.url, (letter.receipt_handle for letter in letters))

    def look(self) -> list[FileDeadLetter]:
        """Every message; all of them stay."""
        letters = [letter for batch in self.batches() for letter in batch]
        self.give_back(letters)
        return letters

    def delete(self, matches: Callable[[FileDeadLetter], bool]) -> list[FileDeadLetter]:
        """Delete the messages that match, give the others back, and return what was deleted."""
        gone = queue_walk.delete_matching(
            self.target, self.url, lambda message: matches(FileDeadLetter.of(message))
        )
        return [FileDeadLetter.of(message) for message in gone]


def _identity(message: "MessageTypeDef") -> str | None:
    try:
        task = parse_s3_event(
            message["Body"], message_id=message["MessageId"], receive_count=1, round_id="none"
        )
    except UnreadableMessage:
        return None
    return task.file
