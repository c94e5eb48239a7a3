"""Parking of dead letters: which one a redrive must not send round again, why, and where it goes instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.batch_sending import BatchOutcome
from functions.common.clock import Clock, iso8601
from functions.common.dynamodb_items import is_lost_write
from functions.common.logs import get_logger
from functions.common.sqs_message import (
    MAX_ATTRIBUTES,
    MAX_BYTES,
    PARKED_REASON,
    REDRIVE_COUNT,
    number_attribute,
    size_bytes,
    text_attribute,
)
from functions.redrive.dead_letters import IngestionDeadLetter
from functions.redrive_runner.letter_moves import Destination, Outgoing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ParkedReason(StrEnum):
    """Why a letter is parked; as `parkedReason` on the message and in the state table."""

    REDRIVEN_TOO_OFTEN = "RedrivenTooOften"  # it fails again and again: a person has to look
    TOO_MANY_ATTRIBUTES = "TooManyAttributes"  # no room to count its redrives: it could loop for ever
    TOO_LARGE = "TooLarge"  # the same, for its bytes


def counted_attributes(letter: IngestionDeadLetter) -> dict[str, Any]:
    """The letter's own attributes, and how often it will have been redriven."""
    return letter.attributes | {REDRIVE_COUNT: number_attribute(letter.redrive_count + 1)}


def reason_to_park(letter: IngestionDeadLetter, max_redrives: int) -> ParkedReason | None:
    """None for a letter that may go back.

    SQS would refuse what exceeds its limits (developer guide, "Message quotas"); LocalStack does not count
    attributes.
    """
    if letter.redrive_count >= max_redrives:
        return ParkedReason.REDRIVEN_TOO_OFTEN
    attributes = counted_attributes(letter)
    if len(attributes) > MAX_ATTRIBUTES:
        return ParkedReason.TOO_MANY_ATTRIBUTES
    if size_bytes(letter.body, attributes) > MAX_BYTES:
        return ParkedReason.TOO_LARGE
    return None


@dataclass(frozen=True)
class Parking:
    """The parking queue, and the state table, where the reason is found by the event's key."""

    queue: Destination
    dynamodb: "DynamoDBClient"
    table_name: str
    clock: Clock

    def park(
        self, reasons: Mapping[str, ParkedReason], letters: Sequence[IngestionDeadLetter]
    ) -> BatchOutcome[IngestionDeadLetter]:
        """Return the letters that the parking queue has now, and those that it refused for what they hold;
        `reasons` are by MessageId.

        Queue first: a crash before the table knows leaves the letter in the DLQ too, so it is parked again.
        """
        parked = self.queue.send(
            Outgoing(letter, _attributes(letter, reasons[letter.message_id])) for letter in letters
        )
        for letter in parked.confirmed:
            self._record(letter, reasons[letter.message_id])
        return parked

    def _record(self, letter: IngestionDeadLetter, reason: ParkedReason) -> None:
        identity = letter.identity
        get_logger().warning("letter parked", idempotencyKey=identity.key, parkedReason=reason)
        try:
            self.dynamodb.update_item(
                TableName=self.table_name,
                Key={"idempotencyKey": {"S": identity.key}},
                UpdateExpression="SET parkedReason = :reason, parkedAt = :now",
                ConditionExpression="checksum = :checksum",
                ExpressionAttributeValues={
                    ":reason": {"S": reason},
                    ":now": {"S": iso8601(self.clock())},
                    ":checksum": {"S": identity.checksum},
                },
            )
        except ClientError as error:
            # No item, or another payload's: then the message alone bears the reason.
            if not is_lost_write(error):
                raise


def _attributes(letter: IngestionDeadLetter, reason: ParkedReason) -> dict[str, Any]:
    """The letter's own attributes, and the reason where SQS's limits leave room for it."""
    marked = letter.attributes | {PARKED_REASON: text_attribute(reason)}
    fits = len(marked) <= MAX_ATTRIBUTES and size_bytes(letter.body, marked) <= MAX_BYTES
    return marked if fits else letter.attributes
