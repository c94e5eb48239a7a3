"""Limits of SQS that LocalStack accepts to be passed: attributes of queues, and what goes with a message.

Source: SQS API reference, SetQueueAttributes, SendMessage, ReceiveMessage and ChangeMessageVisibility; SQS
developer guide, quotas-messages and sqs-message-metadata.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from localstack.services.sqs.exceptions import InvalidAttributeValue, InvalidParameterValueException

VISIBILITY_SECONDS = (0, 43_200)
DELAY_SECONDS = (0, 900)
MAX_RECEIVE_COUNTS = (1, 1_000)
QUEUE_ATTRIBUTES = {
    "DelaySeconds": DELAY_SECONDS,
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": VISIBILITY_SECONDS,
}

MAX_ATTRIBUTES = 10
# "A number can have up to 38 digits of precision, and it can be between 10^-128 and 10^+126."
MAX_DIGITS = 38
LEAST_NUMBER, MOST_NUMBER = Decimal("1e-128"), Decimal("1e126")


def check_queue_attributes(attributes: Mapping[str, str] | None) -> None:
    """Raise InvalidAttributeValue for a number out of its range, or none."""
    for name, value in (attributes or {}).items():
        if name in QUEUE_ATTRIBUTES and not _is_between(value, QUEUE_ATTRIBUTES[name]):
            raise InvalidAttributeValue(f"Invalid value for the parameter {name}.")
        if name == "RedrivePolicy" and value:
            _check_redrive_policy(value)


def _check_redrive_policy(text: str) -> None:
    try:
        policy = json.loads(text)
    except ValueError as error:
        reason = "Redrive policy is not a valid JSON map."
        raise InvalidParameterValueException(_invalid("RedrivePolicy", text, reason)) from error
    count = policy.get("maxReceiveCount") if isinstance(policy, dict) else None
    if count is not None and not _is_between(str(count), MAX_RECEIVE_COUNTS):
        reason = (
            f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive."
        )
        raise InvalidParameterValueException(_invalid("RedrivePolicy", text, reason))


def check_visibility(seconds: int | None) -> None:
    """Raise InvalidParameterValueException for a visibility timeout of a message that is out of range."""
    if seconds is not None and not _is_between(str(seconds), VISIBILITY_SECONDS):
        reason = "Must be between 0 and 43200, if provided."
        raise InvalidParameterValueException(_invalid("VisibilityTimeout", seconds, reason))


def check_delay(seconds: int | None) -> None:
    """Raise InvalidParameterValueException for a delay of a message that is out of range."""
    if seconds is not None and not _is_between(str(seconds), DELAY_SECONDS):
        reason = "DelaySeconds must be >= 0 and <= 900."
        raise InvalidParameterValueException(_invalid("DelaySeconds", seconds, reason))


def check_message_attributes(attributes: Mapping[str, Mapping[str, Any]] | None) -> None:
    """Raise InvalidParameterValueException for more than ten, or for a Number that is none."""
    given = attributes or {}
    if len(given) > MAX_ATTRIBUTES:
        raise InvalidParameterValueException(
            f"Number of message attributes [{len(given)}] exceeds the allowed maximum [{MAX_ATTRIBUTES}]."
        )
    for name, attribute in given.items():
        type_ = str(attribute.get("DataType", ""))
        if type_.partition(".")[0] == "Number" and not is_number(attribute.get("StringValue") or ""):
            raise InvalidParameterValueException(
                f"Can't cast the value of message (user) attribute '{name}' to a number."
            )


def is_number(text: str) -> bool:
    """Whether SQS takes `text` for a number. Leading and trailing zeroes do not count as digits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if not text.isascii() or "_" in text or not number.is_finite():
        return False
    if number.is_zero():
        return True
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return len(digits) <= MAX_DIGITS and LEAST_NUMBER <= number.copy_abs() <= MOST_NUMBER


def _is_between(text: str, bounds: tuple[int, int]) -> bool:
    try:
        return bounds[0] <= int(text) <= bounds[1]
    except ValueError:
        return False


def _invalid(name: str, value: object, reason: str) -> str:
    return f"Value {value} for parameter {name} is invalid. Reason: {reason}"
