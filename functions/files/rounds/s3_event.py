"""Event by which S3 announces an object, as EventBridge puts it into the queue.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: keys are not URL-encoded here, other
than in S3's own notifications; `version-id` is missing where the bucket has no versions.
"""

import json
from typing import Any

from functions.files.rounds.task import Document, Task


class UnreadableMessage(Exception):
    """The body is no such event; it will not be one at the next receive either."""


def parse_s3_event(body: str, *, message_id: str, receive_count: int, round_id: str) -> Task:
    """The task to process the object that an event tells of. Raises UnreadableMessage, with the reason."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessage(f"not JSON: {error}") from error
    detail = _member(event, "detail", dict)
    object_ = _member(detail, "object", dict)
    version_id = _member(object_, "version-id", str) if object_.get("version-id") else None
    return Task(
        bucket=_member(_member(detail, "bucket", dict), "name", str),
        key=_member(object_, "key", str),
        version_id=version_id,
        etag=_member(object_, "etag", str),
        size_bytes=_member(object_, "size", int),
        message_id=message_id,
        receive_count=receive_count,
        round_id=round_id,
    )


def unnamed_task(*, message_id: str, receive_count: int, round_id: str) -> Document:
    """In place of a task that cannot be read: of its members, those that the body does not tell are null."""
    nowhere = dict.fromkeys(("bucket", "key", "versionId", "etag", "sizeBytes"))
    return nowhere | {"messageId": message_id, "receiveCount": receive_count, "roundId": round_id}


def _member(document: Any, name: str, type_: type) -> Any:
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, type_) or isinstance(value, bool):
        raise UnreadableMessage(f"no S3 event: {name} must be {_KINDS[type_]}")
    return value


_KINDS = {dict: "an object", str: "a text", int: "a number"}
