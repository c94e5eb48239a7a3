"""Forwarder of log lines: brings envelopes to HEC, and what HEC does not take to the retry queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.common.clock import Deadline
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.common.source_queue import QueueRecord
from functions.common.sqs_message import MAX_REASON_CHARACTERS, text_attribute
from functions.integrations.splunk_forwarder.envelope import SEPARATOR, request_batches
from functions.integrations.splunk_forwarder.hec import Hec, HecRefusal

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Leftover = tuple[Sequence[str], HecRefusal]
"""Envelopes that HEC has not taken, and why."""


@dataclass(frozen=True)
class LogForwarder:
    """`forward` for new lines, `take` for a record of the retry queue."""

    hec: Hec
    sqs: "SQSClient"
    queue_url: str

    def forward(self, envelopes: Iterable[str], deadline: Deadline) -> None:
        """Once it returns, each envelope is Splunk's or lies in the queue. Raises the SDK's errors if the
        queue refuses: then Lambda keeps the invocation, tries it again and hands it to its failure queue."""
        for batch in request_batches(envelopes):
            for leftover in self._send(batch, deadline):
                self._keep(leftover)

    def take(self, record: QueueRecord, deadline: Deadline) -> bool:
        """Whether SQS may delete the record's message: the boundary that no exception crosses.

        A message that HEC takes but for some events is replaced by those, so that they alone come back.
        """
        batch = record.body.split(SEPARATOR)
        try:
            leftovers = self._send(batch, deadline)
            if sum(len(envelopes) for envelopes, _ in leftovers) == len(batch):
                return False
            for leftover in leftovers:
                self._keep(leftover)
        except Exception as error:
            get_logger().warning(
                "not forwarded", messageId=record.message_id, errorType=error_type(error), reason=str(error)
            )
            return False
        return True

    def _send(self, batch: Sequence[str], deadline: Deadline) -> list[Leftover]:
        """HEC refuses a request for one event; its neighbours go without it. Some of them may go twice: HEC
        does not say whether it kept those before it."""
        leftovers: list[Leftover] = []
        rest = list(batch)
        while rest and (refusal := self.hec.send(rest, deadline)):
            get_logger().warning(
                "not forwarded", errorType=refusal.error_type, reason=refusal.reason, events=len(rest)
            )
            if refusal.event_number is None:
                return [*leftovers, (rest, refusal)]
            leftovers.append(([rest.pop(refusal.event_number)], refusal))
        if rest:
            get_logger().info("forwarded", events=len(rest))
        return leftovers

    def _keep(self, leftover: Leftover) -> None:
        envelopes, refusal = leftover
        self.sqs.send_message(
            QueueUrl=self.queue_url,
            MessageBody=SEPARATOR.join(envelopes),
            MessageAttributes={
                "errorType": text_attribute(refusal.error_type),
                "reason": text_attribute(refusal.reason[:MAX_REASON_CHARACTERS]),
            },
        )
