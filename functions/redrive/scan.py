"""A walk through the dead-letter queue that ends, and puts everything back."""

import math
from enum import StrEnum
from types import TracebackType

from botocore.exceptions import BotoCoreError, ClientError

from functions.common.deadline import Deadline
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.redrive.dead_letter import DeadLetter
from functions.redrive.dead_letter_queue import DeadLetterQueue

_HOLD_MARGIN_SECONDS = 5


class StopReason(StrEnum):
    """Why a walk or job ended."""

    DRAINED = "drained"
    MAX_MESSAGES = "maxMessages"
    TIME_LIMIT = "timeLimit"
    SCAN_LIMIT = "scanLimit"
    SEND_FAILED = "sendFailed"


class Scan:
    """Holds each letter that it has seen, so that none comes twice and the walk comes to an end.

    On leaving the `with` block the held letters become visible again; if the invocation dies first they do so
    a few seconds after its end by themselves.
    """

    def __init__(self, queue: DeadLetterQueue, deadline: Deadline) -> None:
        self._queue = queue
        self._deadline = deadline
        self._hold_seconds = math.ceil(deadline.remaining_seconds()) + _HOLD_MARGIN_SECONDS
        self._held: dict[str, DeadLetter] = {}
        self._done: set[str] = set()
        self.stop_reason = StopReason.MAX_MESSAGES

    def __enter__(self) -> "Scan":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._queue.release(list(self._held.values()))
        except (BotoCoreError, ClientError) as failure:
            get_logger().warning("letters become visible later", reason=error_type(failure))

    def next_letters(self) -> list[DeadLetter]:
        """Up to 10 letters not seen before; none when the queue is drained or the time is up."""
        while not self._deadline.is_near():
            received = self._queue.receive(self._hold_seconds)
            if not received:
                self.stop_reason = StopReason.DRAINED
                return []
            # A standard queue may deliver a message twice, even while it is held.
            fresh = [letter for letter in received if letter.message_id not in self._seen()]
            self._held |= {
                letter.message_id: letter for letter in received if letter.message_id not in self._done
            }
            if fresh:
                return fresh
        self.stop_reason = StopReason.TIME_LIMIT
        return []

    def drop(self, letters: list[DeadLetter]) -> None:
        """Let go of letters that are deleted: there is nothing to put back."""
        for letter in letters:
            self._held.pop(letter.message_id, None)
            self._done.add(letter.message_id)

    def _seen(self) -> set[str]:
        return self._held.keys() | self._done
