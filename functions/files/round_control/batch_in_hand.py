"""Batch in hand: which messages to give back where an execution stops in the middle of it.

They would come back by themselves, but only after the queue's visibility timeout, which covers the longest
batch there may be: close to an hour where an invocation may take five minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.logs import get_logger
from functions.common.sqs_message import tens
from functions.files.rounds.control_table import ControlChanger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = "batch"  # the item in the control table
_TRIES = 3


@dataclass(frozen=True)
class BatchInHand:
    """At most one, since one execution works at a time."""

    table: ControlChanger
    sqs: "SQSClient"
    queue_url: str
    recall_seconds: int
    """Until the messages are seen again: a function that a stopped execution called works on meanwhile, and
    must have ended, and its lease with it, or the next attempts at its file would fail on that."""

    def take(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Note them before any is processed."""
        self.table.change(BATCH, {"receiptHandles": [message["ReceiptHandle"] for message in messages]})

    def settle(self) -> None:
        """Each was deleted, or given back with a backoff of its own."""
        self.table.change(BATCH, {"receiptHandles": []})

    def recall(self) -> None:
        """Give back what was not settled. A message that was deleted meanwhile is refused, which is fine; one
        that SQS fails to give back is kept for the next recall."""
        item = self.table.read(BATCH)
        handles = [*item.get("notRecalled", []), *item.get("receiptHandles", [])]
        if not handles:
            return
        left = handles
        for _ in range(_TRIES):
            left = [handle for ten in tens(left) for handle in self._not_given_back(ten)]
            if not left:
                break
        get_logger().warning("batch recalled", messages=len(handles) - len(left), notRecalled=len(left))
        self.table.change(BATCH, {"receiptHandles": [], "notRecalled": left})

    def _not_given_back(self, receipt_handles: Sequence[str]) -> list[str]:
        """Those of at most 10 for which SQS failed, and not the request."""
        answer = self.sqs.change_message_visibility_batch(
            QueueUrl=self.queue_url,
            Entries=[
                {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": self.recall_seconds}
                for index, handle in enumerate(receipt_handles)
            ],
        )
        failed = [entry for entry in answer.get("Failed", []) if not entry["SenderFault"]]
        return [receipt_handles[int(entry["Id"])] for entry in failed]
