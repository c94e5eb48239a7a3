"""Publisher: puts a submission on the queue, as often as the failure mode says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.common.clock import Clock, iso8601
from functions.common.error_category import error_type
from functions.common.errors import InvalidRequest, PayloadTooLarge
from functions.common.sqs_message import (
    ERROR_TYPE_CANDIDATE,
    IDEMPOTENCY_KEY,
    MAX_BYTES,
    NO_ERROR_TYPE,
    SUBMITTED_AT,
    size_bytes,
    text_attribute,
)
from functions.ingestion.failure_mode import FailureMode
from functions.validate.submission import Submission

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class MainQueue:
    """The main queue, as ingest sees it."""

    def __init__(self, sqs: "SQSClient", queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def send(self, submission: Submission, submitted_at: str) -> str:
        """Return the MessageId once SQS has confirmed the message.

        Raises PayloadTooLarge if body and attributes exceed what SQS takes, InvalidRequest if SQS refuses the
        text, and botocore's errors if SQS does not serve us: the message is then not accepted.
        """
        attributes = {
            IDEMPOTENCY_KEY: text_attribute(submission.idempotency_key),
            SUBMITTED_AT: text_attribute(submitted_at),
            ERROR_TYPE_CANDIDATE: text_attribute(NO_ERROR_TYPE),
        }
        size = size_bytes(submission.body, attributes)
        if size > MAX_BYTES:  # canonical text can be longer than what was sent: 1e20 has 21 digits
            raise PayloadTooLarge(f"the message has {size} bytes, more than {MAX_BYTES}")
        try:
            sent = self._sqs.send_message(
                QueueUrl=self._queue_url, MessageBody=submission.body, MessageAttributes=attributes
            )
        except ClientError as error:
            if error_type(error).endswith("InvalidMessageContents"):
                raise InvalidRequest("the event has characters that SQS does not carry") from error
            raise
        return sent["MessageId"]


@dataclass(frozen=True)
class Publisher:
    """What is done once a submission is known to be valid."""

    queue: MainQueue
    failure_mode: Callable[[], FailureMode]
    clock: Clock

    def publish(self, submission: Submission) -> str:
        """Return the MessageId. Raises what `MainQueue.send` raises.

        In `duplicate_submit` the message is sent twice under one key, as by a client or gateway that repeats
        a request whose answer it lost. So the worker's success events still count the unique payloads.
        """
        submitted_at = iso8601(self.clock())
        message_id = self.queue.send(submission, submitted_at)
        if self.failure_mode() is FailureMode.DUPLICATE_SUBMIT:
            self.queue.send(submission, submitted_at)
        return message_id
