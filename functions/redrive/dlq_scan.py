"""Scan, a walk through the dead-letter queue that ends, and puts everything back."""

from collections.abc import Iterable
from functools import partial
from types import TracebackType

from functions.common.clock import Deadline
from functions.common.error_category import AWS_ERRORS, error_type
from functions.common.logs import get_logger
from functions.common.side_by_side import SideBySide
from functions.common.sqs_message import MAX_BATCH_ENTRIES, RECEIVES_WITHOUT_NEWS
from functions.redrive.dead_letters import IngestionDeadLetter, IngestionDlq
from functions.redrive.job import StopReason

# SQS counts approximately, and what was just deleted for up to a minute more (GetQueueAttributes). So many
# receives, of a second each, give the count and other walks time, before this one says that others hold some.
_RECEIVES_FOR_WHAT_OTHERS_HOLD = 5


class DlqScan:
    """Holds each letter that it has seen, so that none comes twice and the walk comes to an end. Of a letter
    it keeps the receipt handle alone: a thousand of 1 MB would not fit into the function's memory.

    On leaving the `with` block the held letters become visible again; if the invocation dies first they do so
    by themselves, `hold_seconds` after they were received.
    """

    def __init__(
        self,
        queue: IngestionDlq,
        deadline: Deadline,
        hold_seconds: int,
        side_by_side: SideBySide | None = None,
    ) -> None:
        """`side_by_side` is for a walk that receives more than once at a time."""
        self._queue = queue
        self._deadline = deadline
        self._hold_seconds = hold_seconds
        self._side_by_side = side_by_side or SideBySide(1)
        self._held: dict[str, str] = {}  # receipt handles, by MessageId
        self._done: set[str] = set()
        self._found_none = False
        self._receives_left = _RECEIVES_FOR_WHAT_OTHERS_HOLD
        self.stop_reason = StopReason.MAX_MESSAGES

    def __enter__(self) -> "DlqScan":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._queue.release(list(self._held.values()))
        except AWS_ERRORS as failure:
            get_logger().warning("letters become visible later", reason=error_type(failure))

    def next_letters(self, limit: int = MAX_BATCH_ENTRIES, receives: int = 1) -> list[IngestionDeadLetter]:
        """Letters not seen before, up to `limit` from each of so many receives at once; none when the queue
        is drained, others hold the rest, or the time is up. Raises AWS_ERRORS; what other receives brought
        is put back then.
        """
        for _ in range(RECEIVES_WITHOUT_NEWS):
            if self._found_none and self._is_over():
                return []
            if self._deadline.is_near():
                self.stop_reason = StopReason.TIME_LIMIT
                return []
            receive = partial(self._queue.receive, self._hold_seconds, limit)
            received = self._side_by_side.run([receive] * receives)
            fresh = [
                letter
                for answer in received
                if answer.exception() is None
                for letter in answer.result()
                if self._hold(letter)
            ]
            # One that waits and finds none means the same beside others: what they took is all there was.
            self._found_none = [] in [answer.result() for answer in received]
            if fresh:
                return fresh
        self.stop_reason = self._what_is_left()
        return []

    def _is_over(self) -> bool:
        """Whether a receive that found nothing ends the walk: one that others keep from letters goes on for
        a few receives more."""
        self.stop_reason = self._what_is_left()
        self._receives_left -= 1
        return self.stop_reason is StopReason.DRAINED or self._receives_left < 0

    def _what_is_left(self) -> StopReason:
        """DRAINED where the queue has no more letters than this walk holds itself."""
        has_more = self._queue.count() > len(self._held)
        return StopReason.HELD_ELSEWHERE if has_more else StopReason.DRAINED

    def drop(self, letters: Iterable[IngestionDeadLetter]) -> None:
        """Let go of letters that are deleted: there is nothing to put back."""
        for letter in letters:
            self._held.pop(letter.message_id, None)
            self._done.add(letter.message_id)

    def _hold(self, letter: IngestionDeadLetter) -> bool:
        """Keep the letter's latest receipt handle, and return whether it was not seen before: a standard
        queue may deliver a message twice, even while it is held.
        """
        if letter.message_id in self._done:
            return False
        is_new = letter.message_id not in self._held
        self._held[letter.message_id] = letter.receipt_handle
        return is_new
