"""Accepts an event: reads it, queues it, and only then says so."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.common.clock import Clock, iso8601
from functions.common.failure_mode import FailureMode
from functions.common.http import Request
from functions.publish.publisher import Publisher
from functions.validate.submission import read_submission


@dataclass(frozen=True)
class Receipt:
    """What the client may rely on: the event is queued under this key."""

    idempotency_key: str
    message_id: str


class Acceptance:
    """`POST /events` without the HTTP."""

    def __init__(
        self,
        publisher: Publisher,
        failure_mode: Callable[[], FailureMode],
        max_body_bytes: int,
        clock: Clock,
    ) -> None:
        self._publisher = publisher
        self._failure_mode = failure_mode
        self._max_body_bytes = max_body_bytes
        self._clock = clock

    def accept(self, request: Request) -> Receipt:
        """Raises what `read_submission` and `Publisher.send` raise.

        In `duplicate_submit` the message is sent twice under one key, as by a client or gateway that repeats
        a request whose answer it lost. So the worker's success events still count the unique payloads.
        """
        submission = read_submission(request, self._max_body_bytes)
        submitted_at = iso8601(self._clock())
        message_id = self._publisher.send(submission, submitted_at)
        if self._failure_mode() is FailureMode.DUPLICATE_SUBMIT:
            self._publisher.send(submission, submitted_at)
        return Receipt(submission.idempotency_key, message_id)
