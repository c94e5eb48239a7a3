"""Payload of the events in which S3 tells EventBridge of an object."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from localstack.aws.api.events import PutEventsRequestEntry
from localstack.services.s3.notifications import S3EventNotificationContext

Payload = Callable[..., PutEventsRequestEntry]
MULTIPART = "CompleteMultipartUpload"


def event_payload(
    stock: Payload, ctx: S3EventNotificationContext, config_id: str | None = None
) -> PutEventsRequestEntry:
    """Wrap `_get_event_payload`: the key as it is, the requester, and a sequencer that orders events.

    Stock, the key is URL-encoded as in messages to SQS, which EventBridge never gets, and a function finds
    no object with a blank in its key; requester and sequencer are constants; and a multipart upload's
    reason is its event type (S3 user guide, ev-events).
    """
    entry = stock(ctx, config_id)
    detail: dict[str, Any] = json.loads(entry["Detail"])
    detail["requester"] = ctx.caller
    detail["object"]["key"] = unquote(detail["object"]["key"])
    if "sequencer" in detail["object"]:
        detail["object"]["sequencer"] = _sequencer(ctx)
    if ctx.event_type.endswith(MULTIPART):
        detail["reason"] = MULTIPART
    return entry | {"Detail": json.dumps(detail)}


def _sequencer(ctx: S3EventNotificationContext) -> str:
    """A hexadecimal number that is greater the later the event: the user guide promises no more."""
    return f"{int(ctx.event_time.timestamp() * 1_000_000):018X}"
