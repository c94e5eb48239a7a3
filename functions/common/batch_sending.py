"""Sending of messages in batches: what SQS confirmed, what it refused for what it holds, what ended it early.

SendMessageBatch answers entry by entry, but refuses the whole call for some of what a single entry may hold
(SQS API reference, SendMessageBatch and SendMessage, "Errors"): then each entry is sent by itself, so that no
message keeps another from being sent.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from botocore.exceptions import ClientError, ParamValidationError

from functions.common.error_category import AWS_ERRORS, error_type
from functions.common.sqs_message import batches, size_bytes

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

T = TypeVar("T")

# SQS API reference, "Common Errors", and those of SendMessage and SendMessageBatch that are about a message.
_OF_THE_CONTENT = frozenset(
    {
        "BatchRequestTooLong",
        "InvalidAttributeName",
        "InvalidAttributeValue",
        "InvalidMessageContents",
        "InvalidParameterCombination",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "MissingParameter",
        "ValidationError",
    }
)


@dataclass
class BatchOutcome(Generic[T]):
    """`refused` are those that SQS does not take for what they hold; `error` is what ended it early, as it
    would have met every further message. What is in neither list was not sent: what came after `error`, and,
    with no error at all, each entry that SQS failed by its own fault (`Failed` without `SenderFault`)."""

    confirmed: list[T] = field(default_factory=list)
    refused: list[T] = field(default_factory=list)
    error: Exception | None = None


def send_in_batches(
    sqs: "SQSClient", url: str, messages: Iterable[T], entry_of: Callable[[T], dict[str, Any]]
) -> BatchOutcome[T]:
    """Send each message as the entry that `entry_of` makes of it, without its Id.

    A call that fails counts as not sent, though SQS may have taken it. Raises nothing of AWS's.
    """
    sent: BatchOutcome[T] = BatchOutcome()
    pairs = ((message, entry_of(message)) for message in messages)
    for batch in batches(
        pairs, lambda pair: size_bytes(pair[1]["MessageBody"], pair[1]["MessageAttributes"])
    ):
        try:
            _send(sqs, url, batch, sent)
        except AWS_ERRORS as error:
            sent.error = error
            break
    return sent


def _send(
    sqs: "SQSClient", url: str, batch: Sequence[tuple[T, dict[str, Any]]], sent: BatchOutcome[T]
) -> None:
    entries: Any = [{"Id": str(index), **entry} for index, (_, entry) in enumerate(batch)]
    try:
        answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    except (ClientError, ParamValidationError) as error:
        if not _is_of_the_content(error):
            raise
        if len(batch) == 1:
            sent.refused.append(batch[0][0])
            return
        for pair in batch:
            _send(sqs, url, [pair], sent)
        return
    sent.confirmed += [batch[int(entry["Id"])][0] for entry in answer.get("Successful", [])]
    sent.refused += [
        batch[int(entry["Id"])][0] for entry in answer.get("Failed", []) if entry.get("SenderFault")
    ]


def _is_of_the_content(error: Exception) -> bool:
    """Whether another message may still be taken. `AWS.SimpleQueueService.` stands before some codes."""
    return isinstance(error, ParamValidationError) or error_type(error).rpartition(".")[2] in _OF_THE_CONTENT
