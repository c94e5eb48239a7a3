"""One log line for each record's outcome: metric filters and queries count these."""

from dataclasses import dataclass

from aws_lambda_powertools.logging import Logger

from functions.common.error_category import error_category, error_type
from functions.common.errors import ErrorCategory
from functions.worker.record import Record

_UNFORESEEN = (ErrorCategory.PROCESSING, ErrorCategory.UNKNOWN)


@dataclass(frozen=True)
class RecordLog:
    """`message` is constant for each outcome; everything variable is a field. Latencies are milliseconds."""

    logger: Logger

    def processed(self, record: Record, latency_ms: float) -> None:
        fields = {"processed": True, "latencyMs": latency_ms}
        self.logger.info("record processed", extra=_identity(record) | fields)

    def duplicate(self, record: Record, latency_ms: float) -> None:
        fields = {"duplicate": True, "latencyMs": latency_ms}
        self.logger.info("duplicate skipped", extra=_identity(record) | fields)

    def failed(self, record: Record, error: Exception, latency_ms: float) -> None:
        """An error that nobody foresaw comes with its traceback."""
        category = error_category(error)
        fields = {
            "errorType": error_type(error),
            "errorCategory": category,
            "errorDetail": str(error),
            "latencyMs": latency_ms,
        }
        traceback = error if category in _UNFORESEEN else None
        self.logger.error("record failed", extra=_identity(record) | fields, exc_info=traceback)

    def failure_not_registered(self, record: Record, error: Exception) -> None:
        """Table or bus did not take the failure. No `errorType` here: the record was counted already."""
        fields = {"reason": error_type(error), "reasonDetail": str(error)}
        self.logger.warning("failure not registered", extra=_identity(record) | fields)


def _identity(record: Record) -> dict[str, object]:
    return {
        "idempotencyKey": record.identity.key,
        "messageId": record.message_id,
        "receiveCount": record.receive_count,
    }
