"""Purge of the DLQ: each message is written down before it is deleted, to be read, or sent again."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ops.lab.app import queue_depth, queue_walk
from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, MessageTypeDef


@dataclass
class PurgedLetters:
    """What a purge did so far: `deleted` messages have a line each in `record`.

    `failed` could not be deleted: they have a line too, and are still there. `left` is how many the queue
    holds at the end, those in flight at somebody else's included.
    """

    record: Path
    deleted: int = 0
    failed: int = 0
    left: int = 0

    @property
    def taken(self) -> int:
        return self.deleted + self.failed


def new_record(folder: Path) -> Path:
    """A file for one purge, which is not there yet; its folder is."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"dlq-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}Z.jsonl"


def _all(_message: "MessageTypeDef") -> bool:
    return True


def purge(
    target: Target,
    done: PurgedLetters,
    most: int,
    *,
    queue: str = "DlqUrl",
    matches: "Callable[[MessageTypeDef], bool]" = _all,
) -> Iterator[PurgedLetters]:
    """Delete up to `most` messages of the DLQ, or of the queue with that stack output, which match and can be
    received now. `done` has the account, and is yielded after each batch. The others are given back.

    Not SQS's PurgeQueue: it tells nothing of what it deletes, and takes up to 60 seconds, in which it also
    deletes what arrives (PurgeQueue, SQS API reference).
    """
    url = target.output(queue)
    others: list[str] = []
    try:
        with done.record.open("x", encoding="utf-8") as record:
            for messages in queue_walk.batches(target, url):
                wanted = [message for message in messages if matches(message)][: most - done.taken]
                others += [message["ReceiptHandle"] for message in messages if message not in wanted]
                if wanted:
                    _write(record, wanted)
                    _delete(target, url, wanted, done)
                    yield done
                if done.taken >= most:
                    break
    finally:  # held until here: given back at once, they would be received again and again
        queue_walk.give_back(target, url, others)
    done.left = queue_depth.depth(target, url).total


def _write(record: TextIO, messages: "list[MessageTypeDef]") -> None:
    record.writelines(as_line(message) + "\n" for message in messages)
    record.flush()
    os.fsync(record.fileno())  # on the disk before they are gone from the queue


def _delete(target: Target, url: str, messages: "list[MessageTypeDef]", done: PurgedLetters) -> None:
    entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
        {"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]} for at, message in enumerate(messages)
    ]
    answer = target.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    done.deleted += len(answer.get("Successful", []))
    done.failed += len(answer.get("Failed", []))


def as_line(message: "MessageTypeDef") -> str:
    """JSON as SendMessage takes it again, body and attributes; binary values in base64, as in AWS's CLI."""
    attributes: dict[str, Any] = {
        name: {
            key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for key, value in attribute.items()
            if key in ("DataType", "StringValue", "BinaryValue")
        }
        for name, attribute in message.get("MessageAttributes", {}).items()
    }
    line = {
        "MessageId": message["MessageId"],
        "SentTimestamp": message.get("Attributes", {}).get("SentTimestamp"),
        "MessageAttributes": attributes,
        "MessageBody": message["Body"],
    }
    return json.dumps(line)
