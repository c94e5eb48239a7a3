"""Parking: where a letter goes that a redrive must not send round again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import Clock, iso8601
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.common.sqs_message import MAX_ATTRIBUTES, MAX_BYTES, PARKED_REASON, size_bytes, text_attribute
from functions.redrive.dead_letter import DeadLetter
from functions.redrive_runner.outgoing import Destination, Outgoing
from functions.redrive_runner.returning import ParkedReason

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Parking:
    """The parking queue, and the state table, where the reason is found by the event's key."""

    queue: Destination
    dynamodb: "DynamoDBClient"
    table_name: str
    clock: Clock

    def park(self, reasons: Mapping[str, ParkedReason], letters: list[DeadLetter]) -> list[DeadLetter]:
        """Return the letters that the parking queue has now; `reasons` are by MessageId.

        Queue first: a crash before the table knows leaves the letter in the DLQ too, so it is parked again.
        """
        parked = self.queue.send(
            Outgoing(letter, _attributes(letter, reasons[letter.message_id])) for letter in letters
        )
        for letter in parked:
            self._record(letter, reasons[letter.message_id])
        return parked

    def _record(self, letter: DeadLetter, reason: ParkedReason) -> None:
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
            if error_type(error) != "ConditionalCheckFailedException":
                raise


def _attributes(letter: DeadLetter, reason: ParkedReason) -> dict[str, Any]:
    """The letter's own attributes, and the reason where SQS's limits leave room for it."""
    marked = letter.attributes | {PARKED_REASON: text_attribute(reason)}
    fits = len(marked) <= MAX_ATTRIBUTES and size_bytes(letter.body, marked) <= MAX_BYTES
    return marked if fits else letter.attributes
