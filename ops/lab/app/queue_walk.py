"""Walk through a queue: every message that can be received, a batch at a time, to keep or to delete."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# The visibility timeout of messages that are looked at: long enough to read a whole queue, short enough for
# the next reader.
_HELD_SECONDS = 30
# Asks all servers of the queue: a short poll may miss messages that are there (SQS developer guide).
_WAIT_SECONDS = 1
_BATCH = 10  # messages of one ReceiveMessage (SQS API reference)


@dataclass(frozen=True)
class QueueWalk:
    """Of the queue at `url`. It raises the receive counts of the messages: meant for a queue without a
    redrive policy of its own, as a DLQ is."""

    target: Target
    url: str

    def batches(self) -> "Iterator[list[MessageTypeDef]]":
        """Every message that can be received now, with all its attributes, each once. They stay in flight for
        30 seconds, or until they are given back or deleted."""
        seen: set[str] = set()
        while messages := self._receive():
            fresh = [message for message in messages if message["MessageId"] not in seen]
            if not fresh:  # it took so long that the first are visible again
                return
            seen |= {message["MessageId"] for message in fresh}
            yield fresh

    def give_back(self, receipt_handles: Iterable[str]) -> None:
        """Make messages that were received visible again."""
        for handle in receipt_handles:
            self.target.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=handle, VisibilityTimeout=0
            )

    def delete_where(self, chosen: "Callable[[MessageTypeDef], bool]") -> "list[MessageTypeDef]":
        """Delete the messages that are chosen, give the others back, and return those deleted."""
        messages = [message for batch in self.batches() for message in batch]
        deleted = [message for message in messages if chosen(message)]
        for message in deleted:
            self.target.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        self.give_back(message["ReceiptHandle"] for message in messages if message not in deleted)
        return deleted

    def _receive(self) -> "list[MessageTypeDef]":
        answer = self.target.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=_HELD_SECONDS,
            WaitTimeSeconds=_WAIT_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        return answer.get("Messages", [])
