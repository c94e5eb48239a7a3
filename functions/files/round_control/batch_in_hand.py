"""Batch in hand: which messages to give back where an execution stops in the middle of it.

They would come back by themselves, but only after the queue's visibility timeout, which covers the longest
batch there may be: close to an hour where an invocation may take five minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.logs import get_logger
from functions.files.rounds.control_table import ControlWriter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = "batch"  # the item in the control table


@dataclass(frozen=True)
class BatchInHand:
    """At most one, since one execution works at a time."""

    table: ControlWriter
    sqs: "SQSClient"
    queue_url: str
    recall_seconds: int
    """Until the messages are seen again: a function that a stopped execution called works on meanwhile, and
    must have ended, and its lease with it, lest the next attempts at its file fail on that."""

    def take(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Note them before any is processed."""
        self._keep([message["ReceiptHandle"] for message in messages])

    def settle(self) -> None:
        """Each was deleted, or given back with a backoff of its own."""
        self._keep([])

    def recall(self) -> None:
        """Give back what was not settled. A message that was deleted meanwhile is refused, which is fine."""
        if not (handles := self.table.read(BATCH).get("receiptHandles")):
            return
        answer = self.sqs.change_message_visibility_batch(
            QueueUrl=self.queue_url,
            Entries=[
                {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": self.recall_seconds}
                for index, handle in enumerate(handles)
            ],
        )
        get_logger().warning("batch recalled", messages=len(answer.get("Successful", [])))
        self.settle()

    def _keep(self, receipt_handles: Sequence[str]) -> None:
        self.table.write(BATCH, {"receiptHandles": list(receipt_handles)})
