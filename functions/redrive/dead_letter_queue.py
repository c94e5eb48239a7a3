"""The dead-letter queue, as one who looks into it sees it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.common.sqs_message import MAX_BATCH_ENTRIES
from functions.redrive.dead_letter import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# Long polling asks every server of the queue; a short poll asks some and may miss messages
# (SQS developer guide, "Short and long polling").
_WAIT_SECONDS = 1


@dataclass(frozen=True)
class DeadLetterQueue:
    """A look is a receive: it raises the receive count, and keeps a letter from others while it is held.

    It does no more harm than that: this queue has no redrive policy that a receive could count towards.
    """

    sqs: "SQSClient"
    url: str

    def receive(self, hold_seconds: int, limit: int = MAX_BATCH_ENTRIES) -> list[DeadLetter]:
        """At most `limit` (1 to 10) letters, hidden from others for `hold_seconds`."""
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=limit,
            VisibilityTimeout=hold_seconds,
            WaitTimeSeconds=_WAIT_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
        )
        return [DeadLetter.from_message(message) for message in answer.get("Messages", [])]

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Make letters visible again. What SQS does not confirm becomes visible when its hold runs out."""
        for batch in _tens(letters):
            self.sqs.change_message_visibility_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": letter.receipt_handle, "VisibilityTimeout": 0}
                    for index, letter in enumerate(batch)
                ],
            )


def _tens(letters: Sequence[DeadLetter]) -> Iterator[Sequence[DeadLetter]]:
    for start in range(0, len(letters), MAX_BATCH_ENTRIES):
        yield letters[start : start + MAX_BATCH_ENTRIES]
