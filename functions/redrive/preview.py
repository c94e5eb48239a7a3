"""Preview of a redrive: shows what it would find, and leaves everything where it is."""

import math
from dataclasses import dataclass
from typing import Any

from functions.common.clock import Clock, Deadline
from functions.redrive.dead_letters import IngestionDeadLetter, IngestionDlq, LetterFailure, LetterFailures
from functions.redrive.dlq_scan import DlqScan
from functions.redrive.job import StopReason
from functions.redrive.parameters import Parameters

# A filter that matches little must not take the whole queue out of sight while it looks.
_MAX_SCANNED = 1000
_HOLD_MARGIN_SECONDS = 5
# 100 letters of 1 MB would exceed what Lambda can answer (6 MB, Lambda quotas).
_MAX_BODY_CHARACTERS = 4096


@dataclass(frozen=True)
class RedrivePreview:
    """A sample of the dead-letter queue.

    What it looked at is visible again at the end, also when the look failed. Its place in the queue may have
    changed by that: a standard queue promises no order, and may hand out first what was not looked at.
    """

    queue: IngestionDlq
    failures: LetterFailures
    clock: Clock

    def sample(self, parameters: Parameters, deadline: Deadline) -> dict[str, Any]:
        """Up to `max_messages` matching letters, how many were looked at, and why it stopped there."""
        found: list[dict[str, Any]] = []
        scanned = 0
        # Held no longer than this invocation lives: if it dies, letters return by themselves.
        hold_seconds = math.ceil(deadline.remaining_seconds()) + _HOLD_MARGIN_SECONDS
        with DlqScan(self.queue, deadline, hold_seconds) as scan:
            while len(found) < parameters.max_messages:
                if scanned >= _MAX_SCANNED:
                    scan.stop_reason = StopReason.SCAN_LIMIT
                    break
                letters = scan.next_letters()
                if not letters:
                    break
                scanned += len(letters)
                found += self._matching(letters, parameters)
        return {
            "messages": found[: parameters.max_messages],
            "scanned": scanned,
            "stopReason": scan.stop_reason,
        }

    def _matching(self, letters: list[IngestionDeadLetter], parameters: Parameters) -> list[dict[str, Any]]:
        now = self.clock()
        failures = self.failures.of(letters)
        return [
            _description(letter, failures[letter.message_id], now)
            for letter in letters
            if parameters.match(letter, failures[letter.message_id], now)
        ]


def _description(letter: IngestionDeadLetter, failure: LetterFailure, now: float) -> dict[str, Any]:
    return {
        "messageId": letter.message_id,
        "idempotencyKey": letter.identity.key,
        "errorType": failure.error_type,
        "errorCategory": failure.category,
        "attempts": failure.attempts,
        "ageSeconds": round(letter.age_seconds(now), 1),
        "receiveCount": letter.receive_count,
        "redriveCount": letter.redrive_count,
        "body": letter.body[:_MAX_BODY_CHARACTERS],
        "bodyTruncated": len(letter.body) > _MAX_BODY_CHARACTERS,
    }
