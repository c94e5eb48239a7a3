"""Accepts an event by an execution of the state machine, in place of `acceptance`."""

import base64
import json
from dataclasses import dataclass

from functions.ingest.acceptance import Receipt
from functions.ingestion.http import Request
from functions.ingestion.orchestration import Orchestration

_HEADER = "idempotency-key"


@dataclass(frozen=True)
class Execution:
    """The request as the phase `accept` takes it."""

    key: str
    input: str

    @classmethod
    def of(cls, request: Request) -> "Execution":
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
