"""Groups of messages that one SendMessageBatch takes."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from functions.common.message import MAX_BATCH_ENTRIES, MAX_BYTES

T = TypeVar("T")


def batches(messages: Iterable[T], size_bytes: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield the messages in their order, at most 10 at a time and at most `MAX_BYTES` together.

    SQS adds up the sizes of a batch's messages, attributes included, and refuses the whole batch above the
    limit. A message above it by itself stands alone, so that SQS refuses that one and no other.
    """
    batch: list[T] = []
    batch_bytes = 0
    for message in messages:
        message_bytes = size_bytes(message)
        if batch and (len(batch) == MAX_BATCH_ENTRIES or batch_bytes + message_bytes > MAX_BYTES):
            yield batch
            batch, batch_bytes = [], 0
        batch.append(message)
        batch_bytes += message_bytes
    if batch:
        yield batch
