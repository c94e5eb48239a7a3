"""The queue that a mapping reads from, over the SQS API."""

import logging
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from botocore.client import BaseClient
from botocore.config import Config
from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import parse_arn

from lab_emulator.sqs_event_source.local_queue import find_queue

LOG = logging.getLogger(__name__)

MAX_MESSAGES_PER_CALL = 10
"""Of ReceiveMessage and DeleteMessageBatch (SQS developer guide, quotas-messages)."""


class SourceQueue:
    """Receives without waiting and deletes in batches. Safe to share between threads."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @cached_property
    def _client(self) -> BaseClient:
        parts = parse_arn(self.arn)
        config = Config(retries={"total_max_attempts": 1})
        return connect_to(aws_access_key_id=parts["account"], region_name=parts["region"], config=config).sqs

    @cached_property
    def _url(self) -> str:
        return self._client.get_queue_url(QueueName=parse_arn(self.arn)["resource"])["QueueUrl"]

    @property
    def visibility_timeout_seconds(self) -> int:
        """Of a message that is received now. Raises QueueDoesNotExist."""
        return find_queue(self.arn).visibility_timeout

    def receive(self, max_messages: int) -> list[dict[str, Any]]:
        """What is visible now: `max_messages` at most, and never more than ten. ClientError."""
        response = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(max_messages, MAX_MESSAGES_PER_CALL),
            WaitTimeSeconds=0,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        return response.get("Messages", [])

    def delete(self, receipt_handles: Sequence[str]) -> None:
        """Delete each message. One that SQS refuses to delete is logged and will come back."""
        for chunk in _chunks(receipt_handles, MAX_MESSAGES_PER_CALL):
            entries = [{"Id": str(index), "ReceiptHandle": handle} for index, handle in enumerate(chunk)]
            response = self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
            for failure in response.get("Failed", []):
                LOG.warning("%s: a message was not deleted: %s", self.arn, failure.get("Message"))


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
