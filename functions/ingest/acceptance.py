"""Acceptance of an event: it is read and queued, and only then accepted.

In this process (`Acceptance`), or by an execution of the state machine (`AcceptanceExecution`).
"""

import base64
import json
from dataclasses import dataclass

from functions.ingestion.api_http import ApiRequest
from functions.ingestion.orchestration import Orchestration
from functions.publish.publisher import Publisher
from functions.validate.submission import read_submission

_HEADER = "idempotency-key"


@dataclass(frozen=True)
class Receipt:
    """What the client may rely on: the event is queued under this key."""

    idempotency_key: str
    message_id: str


@dataclass(frozen=True)
class Acceptance:
    """`POST /events` without the HTTP: the steps validate and publish, in one process."""

    publisher: Publisher
    max_body_bytes: int

    def accept(self, request: ApiRequest) -> Receipt:
        """Raises what `read_submission` and `Publisher.publish` raise."""
        submission = read_submission(request, self.max_body_bytes)
        return Receipt(submission.idempotency_key, self.publisher.publish(submission))


@dataclass(frozen=True)
class AcceptanceExecution:
    """The request as the phase `accept` takes it."""

    key: str
    input: str

    @classmethod
    def of(cls, request: ApiRequest) -> "AcceptanceExecution":
        """Which way a request takes is decided before anything looks into its body, so by the header or, for
        want of one, by the body as it came: the same request takes the same way."""
        header = request.headers.get(_HEADER)
        body, is_base64 = _text(request.body)
        sent = {
            "headers": {} if header is None else {_HEADER: header},
            "body": body,
            "isBase64Encoded": is_base64,
        }
        return cls(header if header is not None else body, json.dumps({"phase": "accept", "request": sent}))

    def accept(self, orchestration: Orchestration) -> Receipt:
        """Raises what `Acceptance.accept` raises, and AwsCallFailed for AWS's errors."""
        answer = orchestration.run(self.input)
        return Receipt(answer["idempotencyKey"], answer["messageId"])


def _text(body: bytes) -> tuple[str, bool]:
    """A body as JSON can carry it, and whether it is base64: only what is not UTF-8 needs that."""
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), True
