"""Taking dead letters out of their queue, once they are safe elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.common.error_category import AWS_ERRORS, error_type
from functions.common.logs import get_logger
from functions.redrive.dead_letter import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Removal:
    sqs: "SQSClient"
    dlq_url: str

    def remove(self, letters: Sequence[DeadLetter]) -> list[DeadLetter]:
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
