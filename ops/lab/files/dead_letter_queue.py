"""Reads the files' dead-letter queue through, a batch at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.lab.app.target import Target
from ops.lab.files.dead_letter import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# Of messages that are looked at: long enough to read a whole queue, short enough for who wants them next.
_HELD_SECONDS = 30
# Asks all servers of the queue: a short poll may miss messages that are there (SQS developer guide).
_WAIT_SECONDS = 1
_BATCH = 10  # messages of one ReceiveMessage (SQS API reference)


@dataclass(frozen=True)
class DeadLetterQueue:
    """The queue at `url`. A look raises the receive counts of its messages, on which nothing depends here:
    this queue has no redrive policy of its own."""

    target: Target
    url: str

    @classmethod
    def of(cls, target: Target) -> "DeadLetterQueue":
        return cls(target, target.output("CsvDlqUrl"))

    def batches(self) -> Iterator[list[DeadLetter]]:
        """Every message that can be received now, each once. They stay in flight for some seconds, or until
        they are given back or deleted."""
        seen: set[str] = set()
        while messages := self._receive():
            fresh = [message for message in messages if message["MessageId"] not in seen]
            if not fresh:  # it took so long that the first are visible again
                return
            seen |= {message["MessageId"] for message in fresh}
            yield [DeadLetter.of(message) for message in fresh]

    def give_back(self, letters: Iterable[DeadLetter]) -> None:
        """Make messages that were received visible again."""
        for letter in letters:
            self.target.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=letter.receipt_handle, VisibilityTimeout=0
            )

    def look(self) -> list[DeadLetter]:
        """Every message; all of them stay."""
        letters = [letter for batch in self.batches() for letter in batch]
        self.give_back(letters)
        return letters

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
