"""Queues a submission, as often as the failure mode says."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.common.clock import Clock, iso8601
from functions.ingestion.failure_mode import FailureMode
from functions.publish.publisher import Publisher
from functions.validate.submission import Submission


@dataclass(frozen=True)
class Publishing:
    """What is done once a submission is known to be valid."""

    publisher: Publisher
    failure_mode: Callable[[], FailureMode]
    clock: Clock

    def publish(self, submission: Submission) -> str:
        """Return the MessageId. Raises what `Publisher.send` raises.

        In `duplicate_submit` the message is sent twice under one key, as by a client or gateway that repeats
        a request whose answer it lost. So the worker's success events still count the unique payloads.
        """
        submitted_at = iso8601(self.clock())
        message_id = self.publisher.send(submission, submitted_at)
        if self.failure_mode() is FailureMode.DUPLICATE_SUBMIT:
            self.publisher.send(submission, submitted_at)
        return message_id
