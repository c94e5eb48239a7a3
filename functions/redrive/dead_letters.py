"""Dead letters of the ingestion pipeline: the messages, their queue, and why each one failed.

SQS moves messages with their attributes unchanged, so the reason is in the worker's table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from functions.common.errors import ErrorCategory, IdempotencyKeyReused
from functions.common.sqs_message import (
    ERROR_TYPE_CANDIDATE,
    IDEMPOTENCY_KEY,
    KEPT_SYSTEM_ATTRIBUTES,
    MAX_BATCH_ENTRIES,
    NO_ERROR_TYPE,
    REDRIVE_COUNT,
    SystemAttributes,
    sendable_attribute,
    tens,
)
from functions.ingestion.identity import Identity, identify

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# Long polling asks every server of the queue; a short poll asks some and may miss messages
# (SQS developer guide, "Short and long polling").
_WAIT_SECONDS = 1
_MAX_READS = 3

# The item still says INFLIGHT: no attempt lived to write a verdict.
CUT_OFF = "AttemptCutOff"
UNKNOWN = "Unknown"
# Of a text that a sender may have made up and a preview shows a hundred times: no class's name is longer.
_MAX_ERROR_TYPE_CHARACTERS = 128
# More than any redrive counts to. Python refuses to read numbers of more than 4,300 digits
# (sys.set_int_max_str_digits).
_MOST_REDRIVES = 999_999


@dataclass(frozen=True)
class IngestionDeadLetter:
    """`sent_at`, in seconds since the epoch, is when the event was first queued. `system` has those of the
    message's `KEPT_SYSTEM_ATTRIBUTES` that it bears. Whatever a message holds, it makes a letter.

    The dead-letter queue of a standard queue keeps that time (SQS developer guide, "Using dead-letter
    queues").
    """

    message_id: str
    receipt_handle: str
    body: str
    attributes: dict[str, dict[str, Any]]
    sent_at: float
    receive_count: int
    system: SystemAttributes = field(default_factory=dict)

    @classmethod
    def from_message(cls, message: "MessageTypeDef") -> "IngestionDeadLetter":
        system = message["Attributes"]
        return cls(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            body=message["Body"],
            attributes={
                name: sendable_attribute(attribute)
                for name, attribute in message.get("MessageAttributes", {}).items()
            },
            sent_at=int(system["SentTimestamp"]) / 1000,
            receive_count=int(system["ApproximateReceiveCount"]),
            system={name: system[name] for name in KEPT_SYSTEM_ATTRIBUTES if name in system},
        )

    def age_seconds(self, now: float) -> float:
        """How long ago the event was queued; never negative, whatever the clocks."""
        return max(0.0, now - self.sent_at)

    @property
    def identity(self) -> Identity:
        """The identity under which the worker kept its state."""
        return identify(self.body, self.text(IDEMPOTENCY_KEY))

    @property
    def error_type_candidate(self) -> str | None:
        return self.text(ERROR_TYPE_CANDIDATE)

    @property
    def redrive_count(self) -> int:
        """How often it was redriven before; 0 if the attribute is missing or not ours, 999,999 at most."""
        count = self.text(REDRIVE_COUNT) or ""
        if not (count.isascii() and count.isdigit()):
            return 0
        digits = count.lstrip("0") or "0"
        return _MOST_REDRIVES if len(digits) > len(str(_MOST_REDRIVES)) else int(digits)

    def text(self, name: str) -> str | None:
        """A String or Number attribute's value."""
        return self.attributes.get(name, {}).get("StringValue")


@dataclass(frozen=True)
class IngestionDlq:
    """Reading receives the message: it raises the receive count, and hides the letter from others while it is
    held.

    It does no more harm than that: this queue has no redrive policy that a receive could count towards.
    """

    sqs: "SQSClient"
    url: str

    def receive(self, hold_seconds: int, limit: int = MAX_BATCH_ENTRIES) -> list[IngestionDeadLetter]:
        """At most `limit` (1 to 10) letters, hidden from others for `hold_seconds`."""
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=limit,
            VisibilityTimeout=hold_seconds,
            WaitTimeSeconds=_WAIT_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount", *KEPT_SYSTEM_ATTRIBUTES],
        )
        return [IngestionDeadLetter.from_message(message) for message in answer.get("Messages", [])]

    def count(self) -> int:
        """How many messages it has, held ones included: approximately, and up to a minute late."""
        attributes = self.sqs.get_queue_attributes(
            QueueUrl=self.url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        return sum(map(int, attributes.values()))

    def release(self, receipt_handles: Sequence[str]) -> None:
        """Make letters visible again. What SQS does not confirm becomes visible when its hold runs out."""
        for batch in tens(receipt_handles):
            self.sqs.change_message_visibility_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                    for index, handle in enumerate(batch)
                ],
            )


@dataclass(frozen=True)
class LetterFailure:
    """Why a letter failed: an error type, with its category where the worker recorded one."""

    error_type: str
    category: ErrorCategory
    attempts: int = 0

    def matches(self, error_type: str | None) -> bool:
        """Whether a filter names this failure by type or by category; no filter matches all."""
        return error_type is None or error_type in (self.error_type, self.category)


@dataclass(frozen=True)
class LetterFailures:
    """The state table, as the redrive sees it."""

    dynamodb: "DynamoDBClient"
    table_name: str

    def of(self, letters: Iterable[IngestionDeadLetter]) -> dict[str, LetterFailure]:
        """The failure of each letter, by MessageId. Raises botocore's errors."""
        letters = list(letters)
        items = self._items({letter.identity.key for letter in letters})
        return {letter.message_id: failure_of(letter, items.get(letter.identity.key)) for letter in letters}

    def _items(self, keys: set[str]) -> dict[str, Mapping[str, Any]]:
        """Items by key. DynamoDB may leave keys unread under load; after a few tries they count as unknown,
        which a filter skips, and which so stay in the queue."""
        wanted: list[Any] = [{"idempotencyKey": {"S": key}} for key in sorted(keys)]
        items: dict[str, Mapping[str, Any]] = {}
        for _ in range(_MAX_READS):
            if not wanted:
                break
            answer = self.dynamodb.batch_get_item(RequestItems={self.table_name: {"Keys": wanted}})
            for item in answer["Responses"].get(self.table_name, []):
                items[item["idempotencyKey"]["S"]] = item
            wanted = list(answer["UnprocessedKeys"].get(self.table_name, {"Keys": []})["Keys"])
        return items


def failure_of(letter: IngestionDeadLetter, item: Mapping[str, Any] | None) -> LetterFailure:
    """Why a letter failed, by its key's item of the state table; None where the table has none."""
    if item is None:
        candidate = (letter.error_type_candidate or "")[:_MAX_ERROR_TYPE_CHARACTERS]
        known = candidate not in ("", NO_ERROR_TYPE)
        return LetterFailure(candidate if known else UNKNOWN, ErrorCategory.UNKNOWN)
    attempts = int(item["attempts"]["N"])
    if item["checksum"]["S"] != letter.identity.checksum:  # the item is another payload's
        return LetterFailure(IdempotencyKeyReused.__name__, IdempotencyKeyReused.category, attempts)
    if item["status"]["S"] == "INFLIGHT":
        return LetterFailure(CUT_OFF, ErrorCategory.TIMEOUT, attempts)
    if "errorType" not in item:
        return LetterFailure(UNKNOWN, ErrorCategory.UNKNOWN, attempts)
    return LetterFailure(item["errorType"]["S"], ErrorCategory(item["errorCategory"]["S"]), attempts)
