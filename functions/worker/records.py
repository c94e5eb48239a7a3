"""Records of the worker: what it needs of each, and the log line of its outcome, which metric filters and
queries count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.logging import Logger

from functions.common.error_category import error_category, error_type, is_unforeseen
from functions.common.source_queue import QueueRecord
from functions.common.sqs_message import IDEMPOTENCY_KEY
from functions.ingestion.identity import Identity, identify


@dataclass(frozen=True)
class WorkerRecord:
    """What the worker needs of a record. `receive_count` is 1 at the first delivery."""

    message_id: str
    body: str
    identity: Identity
    receive_count: int

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "WorkerRecord":
        """Never fails for what a sender put in: a malformed message must fail by itself, later."""
        record = QueueRecord.from_event(event)
        return cls(
            message_id=record.message_id,
            body=record.body,
            identity=identify(record.body, record.attributes.get(IDEMPOTENCY_KEY)),
            receive_count=record.receive_count,
        )


@dataclass(frozen=True)
class RecordLog:
    """`message` is constant for each outcome; everything variable is a field. Latencies are milliseconds."""

    logger: Logger

    def processed(self, record: WorkerRecord, latency_ms: float) -> None:
        fields = {"processed": True, "latencyMs": latency_ms}
        self.logger.info("record processed", extra=_identity(record) | fields)

    def duplicate(self, record: WorkerRecord, latency_ms: float) -> None:
        fields = {"duplicate": True, "latencyMs": latency_ms}
        self.logger.info("duplicate skipped", extra=_identity(record) | fields)

    def failed(self, record: WorkerRecord, error: Exception, latency_ms: float) -> None:
        """An unforeseen error comes with its traceback."""
        fields = {
            "errorType": error_type(error),
            "errorCategory": error_category(error),
            "errorDetail": str(error),
            "latencyMs": latency_ms,
        }
        traceback = error if is_unforeseen(error) else None
        self.logger.error("record failed", extra=_identity(record) | fields, exc_info=traceback)

    def failure_not_registered(self, record: WorkerRecord, error: Exception) -> None:
        """Table or bus did not take the failure. No `errorType` here: the record was counted already."""
        fields = {"reason": error_type(error), "reasonDetail": str(error)}
        self.logger.warning("failure not registered", extra=_identity(record) | fields)


def _identity(record: WorkerRecord) -> dict[str, object]:
    return {
        "idempotencyKey": record.identity.key,
        "messageId": record.message_id,
        "receiveCount": record.receive_count,
    }
