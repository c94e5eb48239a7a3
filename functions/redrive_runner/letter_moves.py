"""Moves of dead letters: copies to another queue, and removal from their own once they are safe there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.error_category import AWS_ERRORS, error_type
from functions.common.logs import get_logger
from functions.common.sqs_message import batches, size_bytes
from functions.redrive.dead_letters import IngestionDeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Outgoing:
    """A copy of a letter, with the attributes that it is to bear."""

    letter: IngestionDeadLetter
    attributes: Mapping[str, Any]
    delay_seconds: int = 0

    @property
    def size_bytes(self) -> int:
        return size_bytes(self.letter.body, self.attributes)

    def as_entry(self, id_: str) -> Any:
        return {
            "Id": id_,
            "MessageBody": self.letter.body,
            "MessageAttributes": self.attributes,
            "DelaySeconds": self.delay_seconds,
        }


@dataclass(frozen=True)
class Destination:
    """A queue to send to."""

    sqs: "SQSClient"
    url: str

    def send(self, copies: Iterable[Outgoing]) -> list[IngestionDeadLetter]:
        """Return the letters whose copies SQS confirmed, entry by entry.

        A batch whose call fails counts as not sent, though SQS may have taken it: the letters stay, and the
        worker's idempotency makes a second copy harmless.
        """
        confirmed: list[IngestionDeadLetter] = []
        for batch in batches(copies, lambda copy: copy.size_bytes):
            try:
                answer = self.sqs.send_message_batch(
                    QueueUrl=self.url,
                    Entries=[copy.as_entry(str(index)) for index, copy in enumerate(batch)],
                )
            except AWS_ERRORS as error:
                get_logger().warning("batch not sent", reason=error_type(error))
                break
            confirmed += [batch[int(entry["Id"])].letter for entry in answer.get("Successful", [])]
        return confirmed


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
