"""The main queue, as the redrive sees it."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.common.message import (
    MAX_ATTRIBUTES,
    MAX_BATCH_ENTRIES,
    MAX_BYTES,
    REDRIVE_COUNT,
    number_attribute,
    size_bytes,
)
from functions.redrive.dead_letter import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RandomInteger = Callable[[int, int], int]
"""An integer between two bounds, both included."""


@dataclass(frozen=True)
class MainQueue:
    """Where letters go back to."""

    sqs: "SQSClient"
    url: str
    random_integer: RandomInteger = random.randint

    def resend(self, letters: Sequence[DeadLetter], jitter_seconds: int) -> list[DeadLetter]:
        """Send letters again and return those that SQS confirmed.

        Each is delayed by a random time up to `jitter_seconds` (full jitter), so that what failed together
        does not come back together. A batch whose call fails counts as not sent, though SQS may have taken
        it: the letters stay, and the worker's idempotency makes a second copy harmless.
        """
        confirmed: list[DeadLetter] = []
        for batch in _batches(letters):
            try:
                answer = self.sqs.send_message_batch(
                    QueueUrl=self.url,
                    Entries=[
                        self._entry(index, letter, jitter_seconds) for index, letter in enumerate(batch)
                    ],
                )
            except (BotoCoreError, ClientError) as error:
                get_logger().warning("batch not sent", reason=error_type(error))
                break
            confirmed += [batch[int(entry["Id"])] for entry in answer.get("Successful", [])]
        return confirmed

    def _entry(self, index: int, letter: DeadLetter, jitter_seconds: int) -> Any:
        return {
            "Id": str(index),
            "MessageBody": letter.body,
            "MessageAttributes": _attributes(letter),
            "DelaySeconds": self.random_integer(0, jitter_seconds),
        }


def _attributes(letter: DeadLetter) -> dict[str, Any]:
    """The letter's own attributes, and the count of its redrives where SQS's limits leave room for it."""
    counted = letter.attributes | {REDRIVE_COUNT: number_attribute(letter.redrive_count + 1)}
    fits = len(counted) <= MAX_ATTRIBUTES and size_bytes(letter.body, counted) <= MAX_BYTES
    return counted if fits else letter.attributes


def _batches(letters: Sequence[DeadLetter]) -> Iterator[list[DeadLetter]]:
    """Groups that one SendMessageBatch takes: at most 10 entries and `MAX_BYTES` together."""
    batch: list[DeadLetter] = []
    batch_bytes = 0
    for letter in letters:
        letter_bytes = size_bytes(letter.body, _attributes(letter))
        if batch and (len(batch) == MAX_BATCH_ENTRIES or batch_bytes + letter_bytes > MAX_BYTES):
            yield batch
            batch, batch_bytes = [], 0
        batch.append(letter)
        batch_bytes += letter_bytes
    if batch:
        yield batch
