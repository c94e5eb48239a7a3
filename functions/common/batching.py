"""Groups of entries that one request takes."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from functions.common.message import MAX_BATCH_ENTRIES, MAX_BYTES

T = TypeVar("T")


def grouped(
    entries: Iterable[T], size_bytes: Callable[[T], int], *, max_bytes: int, max_entries: int | None = None
) -> Iterator[list[T]]:
    """Yield the entries in their order, as many at a time as both limits allow.

    An entry above `max_bytes` by itself stands alone, so that the service refuses that one and no other.
    """
    group: list[T] = []
    group_bytes = 0
    for entry in entries:
        entry_bytes = size_bytes(entry)
        if group and (len(group) == max_entries or group_bytes + entry_bytes > max_bytes):
            yield group
            group, group_bytes = [], 0
        group.append(entry)
        group_bytes += entry_bytes
    if group:
        yield group


def batches(messages: Iterable[T], size_bytes: Callable[[T], int]) -> Iterator[list[T]]:
    """Messages that one SendMessageBatch takes: at most 10 at a time and at most `MAX_BYTES` together.

    SQS adds up the sizes of a batch's messages, attributes included, and refuses the whole batch above the
    limit.
    """
    return grouped(messages, size_bytes, max_bytes=MAX_BYTES, max_entries=MAX_BATCH_ENTRIES)
