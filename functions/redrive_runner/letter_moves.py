"""Moves of dead letters: copies to another queue, and removal from their own once they are safe there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.batch_sending import BatchOutcome, send_in_batches
from functions.common.error_category import AWS_ERRORS, error_type
from functions.common.logs import get_logger
from functions.common.sqs_message import kept_system_attributes
from functions.redrive.dead_letters import IngestionDeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Outgoing:
    """A copy of a letter, with the attributes that it is to bear, and the letter's group and trace."""

    letter: IngestionDeadLetter
    attributes: Mapping[str, Any]
    delay_seconds: int = 0

    def as_entry(self) -> dict[str, Any]:
        """Of SendMessageBatch, without its Id."""
        return {
            "MessageBody": self.letter.body,
            "MessageAttributes": self.attributes,
            "DelaySeconds": self.delay_seconds,
            **kept_system_attributes(self.letter.system),
        }


@dataclass(frozen=True)
class Destination:
    """A queue to send to."""

    sqs: "SQSClient"
    url: str

    def send(self, copies: Iterable[Outgoing]) -> BatchOutcome[IngestionDeadLetter]:
        """Return the letters whose copies SQS confirmed, and those that it refused for what they hold.

        A batch whose call fails counts as not sent, though SQS may have taken it: the letters stay, and the
        worker's idempotency makes a second copy harmless.
        """
        sent = send_in_batches(self.sqs, self.url, copies, Outgoing.as_entry)
        if sent.error is not None:
            get_logger().warning("batch not sent", reason=error_type(sent.error))
        for copy in sent.refused:
            get_logger().warning("letter refused by SQS", messageId=copy.letter.message_id)
        return BatchOutcome(
            [copy.letter for copy in sent.confirmed], [copy.letter for copy in sent.refused], sent.error
        )


@dataclass(frozen=True)
class Removal:
    """The dead-letter queue, as one who takes letters out of it sees it."""

    sqs: "SQSClient"
    dlq_url: str

    def remove(self, letters: Sequence[IngestionDeadLetter]) -> list[IngestionDeadLetter]:
        """Delete at most 10 letters and return those whose deletion SQS confirmed.

        One that stays is redriven again by a later job: a copy too many, which idempotency makes harmless.
        """
        if not letters:
            return []
        try:
            answer = self.sqs.delete_message_batch(
                QueueUrl=self.dlq_url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": letter.receipt_handle}
                    for index, letter in enumerate(letters)
                ],
            )
        except AWS_ERRORS as error:
            get_logger().warning("sent letters not deleted", reason=error_type(error))
            return []
        return [letters[int(entry["Id"])] for entry in answer.get("Successful", [])]
