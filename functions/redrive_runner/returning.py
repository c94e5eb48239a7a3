"""Which copy of a letter goes back to the main queue, and why one must not."""

from enum import StrEnum
from typing import Any

from functions.common.sqs_message import (
    MAX_ATTRIBUTES,
    MAX_BYTES,
    REDRIVE_COUNT,
    number_attribute,
    size_bytes,
)
from functions.redrive.dead_letter import DeadLetter


class ParkedReason(StrEnum):
    """Why a letter is parked; as `parkedReason` on the message and in the state table."""

    REDRIVEN_TOO_OFTEN = "RedrivenTooOften"  # it fails again and again: a person has to look
    TOO_MANY_ATTRIBUTES = "TooManyAttributes"  # no room to count its redrives: it could loop for ever
    TOO_LARGE = "TooLarge"  # the same, for its bytes


def counted_attributes(letter: DeadLetter) -> dict[str, Any]:
    """The letter's own attributes, and how often it will have been redriven."""
    return letter.attributes | {REDRIVE_COUNT: number_attribute(letter.redrive_count + 1)}


def reason_to_park(letter: DeadLetter, max_redrives: int) -> ParkedReason | None:
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
