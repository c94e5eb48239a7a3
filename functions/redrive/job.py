"""A redrive: receive, filter, send again, delete what SQS confirmed."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.common.clock import Clock
from functions.common.deadline import Deadline
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.redrive.dead_letter import DeadLetter
from functions.redrive.dead_letter_queue import DeadLetterQueue
from functions.redrive.failures import Failures
from functions.redrive.main_queue import MainQueue
from functions.redrive.parameters import Parameters
from functions.redrive.scan import Scan, StopReason


@dataclass
class Report:
    """What a job did, in letters. Those beyond `maxMessages` count nowhere: they stay."""

    job_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    moved: int = 0  # SQS confirmed the copy in the main queue
    skipped: int = 0  # the filter did not match
    failed: int = 0  # SQS did not confirm a copy: the letter stays
    deleted_failed: int = 0  # moved, but still in the dead-letter queue as well
    stop_reason: str = StopReason.MAX_MESSAGES

    def as_document(self) -> dict[str, Any]:
        return {
            "jobId": self.job_id,
            "status": "finished",
            "moved": self.moved,
            "skipped": self.skipped,
            "failed": self.failed,
            "deletedFailed": self.deleted_failed,
            "stopReason": self.stop_reason,
        }


@dataclass(frozen=True)
class Jobs:
    """Runs a job within one invocation.

    Sending comes before deleting: a crash in between leaves a second copy, which the worker's idempotency
    makes harmless; the other order would lose the event.
    """

    dead_letters: DeadLetterQueue
    main_queue: MainQueue
    failures: Failures
    clock: Clock

    def run(self, parameters: Parameters, deadline: Deadline) -> Report:
        """Raises botocore's errors if AWS fails before anything was moved; later ones only end the job."""
        report = Report()
        try:
            with Scan(self.dead_letters, deadline) as scan:
                self._move_all(scan, parameters, report)
        except (BotoCoreError, ClientError) as error:
            if not report.moved:
                raise
            report.stop_reason = error_type(error)
        get_logger().info("redrive finished", extra=report.as_document())
        return report

    def _move_all(self, scan: Scan, parameters: Parameters, report: Report) -> None:
        while (wanted := parameters.max_messages - report.moved - report.failed) > 0:
            letters = scan.next_letters()
            if not letters:
                break
            matching = self._matching(letters, parameters)
            report.skipped += len(letters) - len(matching)
            chosen = matching[:wanted]
            sent = self._move(scan, chosen, parameters.jitter_seconds, report)
            if chosen and not sent:  # the queue is not well: every further letter would fail alike
                report.stop_reason = StopReason.SEND_FAILED
                return
        report.stop_reason = scan.stop_reason

    def _matching(self, letters: list[DeadLetter], parameters: Parameters) -> list[DeadLetter]:
        now = self.clock()
        failures = self.failures.of(letters)
        return [letter for letter in letters if parameters.match(letter, failures[letter.message_id], now)]

    def _move(self, scan: Scan, letters: list[DeadLetter], jitter_seconds: int, report: Report) -> int:
        """Return how many were sent."""
        sent = self.main_queue.resend(letters, jitter_seconds)
        report.moved += len(sent)
        report.failed += len(letters) - len(sent)
        deleted = self._delete(sent)
        scan.drop(deleted)
        report.deleted_failed += len(sent) - len(deleted)
        return len(sent)

    def _delete(self, letters: list[DeadLetter]) -> list[DeadLetter]:
        try:
            return self.dead_letters.delete(letters)
        except (BotoCoreError, ClientError) as error:
            get_logger().warning("sent letters not deleted", reason=error_type(error))
            return []
