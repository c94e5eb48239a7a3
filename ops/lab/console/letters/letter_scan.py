"""Letter scan: the letters of one queue at one moment, and how they were found."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ops.lab.app import queue_walk
from ops.lab.app.queue_listing import list_messages
from ops.lab.app.state_table import read_attributes
from ops.lab.app.target import Target
from ops.lab.console.letters.found_letter import FoundLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# As many as a preview of the app's API looks at: a longer walk would keep them from a redrive for long.
MOST_RECEIVED = 1000
# What the table says of a key is believed so long; a letter that comes back has another MessageId.
_ITEMS_LAST_SECONDS = 30.0


class LetterQueue(StrEnum):
    """A queue that keeps letters, by the name that the page's address gives it."""

    DLQ = "dlq"
    PARKED = "parked"

    @property
    def output(self) -> str:
        """The stack output that has its URL."""
        return "DlqUrl" if self is LetterQueue.DLQ else "ParkedUrl"


@dataclass(frozen=True)
class LetterScan:
    """`at` is epoch seconds; `letters` are the oldest first. `received` says that it raised receive counts;
    `cut` that the queue may hold more. `seconds` is how long it took, `items_at` when the table was read."""

    queue: LetterQueue
    letters: Sequence[FoundLetter]
    at: float
    items_at: float
    received: bool = False
    cut: bool = False
    seconds: float = 0.0

    def find(self, message_id: str) -> FoundLetter | None:
        """The letter with this MessageId."""
        return next((each for each in self.letters if each.message_id == message_id), None)

    @cached_property
    def error_types(self) -> Counter[str]:
        """How many letters of each error type."""
        return Counter(each.failure.error_type for each in self.letters)

    @cached_property
    def categories(self) -> Counter[str]:
        """How many letters of each category."""
        return Counter(str(each.failure.category) for each in self.letters)


def scan_by_listing(target: Target, queue: LetterQueue, before: LetterScan | None = None) -> LetterScan:
    """The queue without receiving. Of letters that `before` had the table is not asked again soon."""
    began = time.monotonic()
    messages = list_messages(target, target.output(queue.output))
    known = before if before and time.time() - before.items_at < _ITEMS_LAST_SECONDS else None
    return _scan(target, queue, messages, known, began)


def scan_by_receiving(target: Target, queue: LetterQueue) -> LetterScan:
    """The queue by receiving what it holds, up to 1,000, and giving it back."""
    began = time.monotonic()
    messages = queue_walk.look(target, target.output(queue.output), MOST_RECEIVED)
    return _scan(target, queue, messages, None, began, received=True, cut=len(messages) >= MOST_RECEIVED)


def _scan(
    target: Target,
    queue: LetterQueue,
    messages: "Sequence[MessageTypeDef]",
    before: LetterScan | None,
    began: float,
    *,
    received: bool = False,
    cut: bool = False,
) -> LetterScan:
    known = {each.message_id: each for each in before.letters} if before else {}
    items: dict[str, Mapping[str, Any]] = {
        each.key: each.item for each in known.values() if each.item is not None
    }
    fresh = [FoundLetter.of(message, {}) for message in messages if message["MessageId"] not in known]
    items |= read_attributes(target, (each.key for each in fresh)) if fresh else {}
    letters = [FoundLetter.of(message, items) for message in messages]
    return LetterScan(
        queue,
        sorted(letters, key=lambda each: each.letter.sent_at),
        at=time.time(),
        items_at=before.items_at if before else time.time(),
        received=received,
        cut=cut,
        seconds=time.monotonic() - began,
    )
