"""Log of files, one line for each invocation's outcome: metric filters and queries count these."""

from dataclasses import dataclass

from aws_lambda_powertools.logging import Logger

from functions.common.error_category import error_category, error_type, is_unforeseen
from functions.files.rounds.task import Task, TaskAnswer


@dataclass(frozen=True)
class FileLog:
    """`message` is constant for each outcome; everything variable is a field."""

    logger: Logger

    def processed(self, task: Task, answer: TaskAnswer, repeated: int = 0) -> None:
        """SUCCEEDED or CONTINUE, told apart by `status`; `repeated` counts the rows of the file so far that
        may have been sent twice."""
        fields = answer.as_document() | {"repeated": repeated}
        self.logger.info("file processed", extra=_identity(task) | fields)

    def failed(self, task: Task, error: Exception, answer: TaskAnswer) -> None:
        """`answer` is what would have been answered: what the invocation did until it failed. An unforeseen
        error comes with its traceback."""
        fields = answer.as_document() | {
            "status": "FAILED",
            "errorType": error_type(error),
            "errorCategory": error_category(error),
            "errorDetail": str(error),
        }
        traceback = error if is_unforeseen(error) else None
        self.logger.error("file failed", extra=_identity(task) | fields, exc_info=traceback)

    def not_recorded(self, task: Task, error: Exception) -> None:
        """A table or bucket did not take what is only told, not relied on. No `errorType`: nothing failed."""
        fields = {"reason": error_type(error), "reasonDetail": str(error)}
        self.logger.warning("outcome not recorded", extra=_identity(task) | fields)


def _identity(task: Task) -> dict[str, object]:
    return {
        "file": task.file,
        "bucket": task.bucket,
        "key": task.key,
        "messageId": task.message_id,
        "receiveCount": task.receive_count,
        "roundId": task.round_id,
    }
