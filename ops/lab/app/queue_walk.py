"""Walk of a queue: each message that can be received now, once; it is deleted, or given back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from functions.common.sqs_message import KEPT_SYSTEM_ATTRIBUTES, MAX_BATCH_ENTRIES, RECEIVES_WITHOUT_NEWS
from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# Of messages that are looked at: long enough to read a whole queue, short enough for who wants them next.
_HELD_SECONDS = 30
# Asks all servers of the queue: a short poll may miss messages that are there (SQS developer guide).
_WAIT_SECONDS = 1


def batches(target: Target, url: str) -> "Iterator[list[MessageTypeDef]]":
    """Every message of the queue at `url` with all its attributes, at most ten at a time.

    They stay in flight for 30 seconds, or until they are given back or deleted. A walk raises their receive
    counts.
    """
    seen: set[str] = set()
    without_news = 0
    while without_news < RECEIVES_WITHOUT_NEWS and (messages := _receive(target, url)):
        fresh = [message for message in messages if message["MessageId"] not in seen]
        seen |= {message["MessageId"] for message in fresh}
        without_news = 0 if fresh else without_news + 1
        if fresh:
            yield fresh


def give_back(target: Target, url: str, receipt_handles: Iterable[str]) -> None:
    """Make messages that were received visible again. One that is so already is none to worry about."""
    for handle in receipt_handles:
        with suppress(target.sqs.exceptions.MessageNotInflight):
            target.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)


def look(target: Target, url: str, most: int) -> "list[MessageTypeDef]":
    """Up to `most` messages of the queue, received and given back: it raises their receive counts, and hides
    them from others meanwhile."""
    found: list[MessageTypeDef] = []
    try:
        for messages in batches(target, url):
            found += messages
            if len(found) >= most:
                break
    finally:
        give_back(target, url, (message["ReceiptHandle"] for message in found))
    return found[:most]


def delete_matching(
    target: Target, url: str, matches: "Callable[[MessageTypeDef], bool]"
) -> "list[MessageTypeDef]":
    """Delete the messages that match, and return them. The others become visible again at the end."""
    gone: list[MessageTypeDef] = []
    kept: list[str] = []
    try:
        for messages in batches(target, url):
            kept += [message["ReceiptHandle"] for message in messages]
            for message in filter(matches, messages):
                target.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                kept.remove(message["ReceiptHandle"])
                gone.append(message)
    finally:
        give_back(target, url, kept)
    return gone


def _receive(target: Target, url: str) -> "list[MessageTypeDef]":
    answer = target.sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=MAX_BATCH_ENTRIES,
        VisibilityTimeout=_HELD_SECONDS,
        WaitTimeSeconds=_WAIT_SECONDS,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount", *KEPT_SYSTEM_ATTRIBUTES],
    )
    return answer.get("Messages", [])
