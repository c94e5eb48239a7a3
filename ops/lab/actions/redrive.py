"""Bring dead letters back to the queue."""

from ops.lab.api import Api
from ops.lab.drills.errors import NotCarriedOut
from ops.lab.target import Target


def redrive(target: Target, *, max_messages: int = 1000, jitter_seconds: int = 1) -> str:
    """Start a redrive of the DLQ, wait for its end, and tell how many messages it moved.

    Raises NotCarriedOut where the API refuses it.
    """
    report = Api.of(target).start_redrive(
        {"maxMessages": max_messages, "perMessageDelayJitter": jitter_seconds}
    )
    if not report.accepted:
        raise NotCarriedOut(f"the redrive was refused: {report.status} {report.body.get('detail')}")
    return f"{report.body['moved']} messages moved"
