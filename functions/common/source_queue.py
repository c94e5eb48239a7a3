"""Source queue of a function, fed by an event source mapping: records come from it, and fail back to it."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.backoff import doubled_seconds
from functions.common.clock import Deadline
from functions.common.error_category import AWS_ERRORS, error_type
from functions.common.logs import get_logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

PartialBatchResponse = dict[str, list[dict[str, str]]]
"""Lambda developer guide, "Implementing partial batch responses". An empty list means that all succeeded; an
exception, or an identifier that is not in the batch, makes the whole batch come back."""

MAX_BACKOFF_SECONDS = 900


def partial_batch_response(failed: Iterable[str]) -> PartialBatchResponse:
    """The answer that has the messages of these ids come back, and all others of the batch deleted."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


@dataclass(frozen=True)
class QueueRecord:
    """One record of an SQS event. `receive_count` is 1 at the first delivery; `attributes` are the message's
    texts, by name."""

    message_id: str
    receipt_handle: str
    body: str
    receive_count: int
    attributes: Mapping[str, str]

    @classmethod
    def from_event(cls, record: Mapping[str, Any]) -> "QueueRecord":
        return cls(
            message_id=record["messageId"],
            receipt_handle=record["receiptHandle"],
            body=record["body"],
            receive_count=int(record["attributes"]["ApproximateReceiveCount"]),
            attributes={
                name: value["stringValue"]
                for name, value in record.get("messageAttributes", {}).items()
                if "stringValue" in value
            },
        )


@dataclass(frozen=True)
class RetryingSourceQueue:
    """`retry_seconds` is the longest wait after the first failure; it doubles with each further one."""

    sqs: "SQSClient"
    url: str
    retry_seconds: int
    random_integer: Callable[[int, int], int] = random.randint

    def run(
        self,
        records: Sequence[Mapping[str, Any]],
        take: Callable[[QueueRecord], bool],
        deadline: Deadline,
        *,
        needs_seconds: float,
    ) -> PartialBatchResponse:
        """Hand each record to `take`, and name those that it did not take: they come back, and after the
        queue's maxReceiveCount go to its dead-letter queue.

        `needs_seconds` is the longest that a record takes. With less left it comes back untouched: were
        Lambda to end the invocation, the whole batch would come back, and what was sent be sent again.
        """
        failed = []
        for event in records:
            record = QueueRecord.from_event(event)
            if deadline.remaining_seconds() < needs_seconds or not take(record):
                self._postpone(record)
                failed.append(record.message_id)
        return partial_batch_response(failed)

    def _postpone(self, record: QueueRecord) -> None:
        """Back off with full jitter. Where SQS does not answer, the queue's own visibility timeout holds."""
        longest = doubled_seconds(self.retry_seconds, record.receive_count, MAX_BACKOFF_SECONDS)
        try:
            self.sqs.change_message_visibility(
                QueueUrl=self.url,
                ReceiptHandle=record.receipt_handle,
                VisibilityTimeout=self.random_integer(1, longest),
            )
        except AWS_ERRORS as error:
            get_logger().warning("not postponed", messageId=record.message_id, reason=error_type(error))
