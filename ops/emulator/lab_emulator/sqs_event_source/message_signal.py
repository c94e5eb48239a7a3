"""Waiting for a visible message, without taking it and without polling."""

from collections.abc import Callable
from dataclasses import dataclass

from localstack.aws.api.sqs import QueueDoesNotExist
from localstack.services.sqs.queue import InterruptiblePriorityQueue

from lab_emulator.sqs_event_source.local_queue import find_queue

MAX_WAIT_SECONDS = 20.0
"""As long as a long poll. A queue deleted and created again is noticed after that at the latest."""


@dataclass(frozen=True)
class MessageSignal:
    """Says when the standard queue `queue_arn` has a message to receive.

    It looks at LocalStack's queue where AWS long-polls. A long poll cannot be interrupted when the
    mapping is disabled, so it would take one more message, and each empty receive costs a metric;
    this costs nothing while nothing happens.
    """

    queue_arn: str

    def wait(self, timeout_seconds: float, cancelled: Callable[[], bool]) -> bool:
        """True once a message is visible; False after the timeout (20 s at most) or once `cancelled`.

        Raises QueueDoesNotExist.
        """
        visible = self._visible_messages()
        with visible.not_empty:
            visible.not_empty.wait_for(
                lambda: cancelled() or visible.is_shutdown or visible._qsize() > 0,
                min(timeout_seconds, MAX_WAIT_SECONDS),
            )
            if visible.is_shutdown or not visible._qsize():
                return False
            if cancelled():
                visible.not_empty.notify()  # `put` wakes one waiter only: let it be another
                return False
            return True

    def wake(self) -> None:
        """Let every waiter look at its `cancelled` again."""
        try:
            visible = self._visible_messages()
        except QueueDoesNotExist:
            return  # its waiters were woken when it was deleted
        with visible.not_empty:
            visible.not_empty.notify_all()

    def _visible_messages(self) -> InterruptiblePriorityQueue:
        visible = find_queue(self.queue_arn).visible
        if visible.is_shutdown:  # it is about to be deleted, or LocalStack to stop
            raise QueueDoesNotExist(f"The specified queue does not exist: {self.queue_arn}")
        return visible
