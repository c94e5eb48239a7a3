"""Accepts an event: reads it, queues it, and only then says so."""

from dataclasses import dataclass

from functions.ingestion.http import Request
from functions.publish.publishing import Publishing
from functions.validate.submission import read_submission


@dataclass(frozen=True)
class Receipt:
    """What the client may rely on: the event is queued under this key."""

    idempotency_key: str
    message_id: str


@dataclass(frozen=True)
class Acceptance:
    """`POST /events` without the HTTP: the steps validate and publish, in one process."""

    publishing: Publishing
    max_body_bytes: int

    def accept(self, request: Request) -> Receipt:
        """Raises what `read_submission` and `Publishing.publish` raise."""
        submission = read_submission(request, self.max_body_bytes)
        return Receipt(submission.idempotency_key, self.publishing.publish(submission))
