"""What the stacks deploy, as far as the functions see it, with names that no other run has."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.functions.crash_model.warm_clients import warm_client

MAX_RECEIVE_COUNT = 3
VISIBILITY_SECONDS = 182  # 6 x the worker's timeout + the batching window, as in infra/settings


@dataclass(frozen=True)
class Resources:
    """Names and addresses."""

    suffix: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    @property
    def table(self) -> str:
        return f"state-{self.suffix}"

    @property
    def bus(self) -> str:
        return f"bus-{self.suffix}"

    @property
    def queue_url(self) -> str:
        return _url(f"main-{self.suffix}")

    @property
    def dlq_url(self) -> str:
        return _url(f"dead-{self.suffix}")

    @property
    def parked_url(self) -> str:
        return _url(f"parked-{self.suffix}")

    @property
    def jobs_table(self) -> str:
        return f"jobs-{self.suffix}"

    def create(self) -> None:
        dlq = _create_queue(self.dlq_url, {})
        redrive_policy = {"deadLetterTargetArn": dlq, "maxReceiveCount": MAX_RECEIVE_COUNT}
        _create_queue(self.queue_url, {"RedrivePolicy": json.dumps(redrive_policy)})
        _create_table(self.table, "idempotencyKey")
        _create_queue(self.parked_url, {})
        _create_table(self.jobs_table, "jobId")
        warm_client("events").create_event_bus(Name=self.bus)


def depth(url: str) -> int:
    """Every message of a queue: visible, in flight and delayed."""
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    answer = warm_client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(map(int, answer["Attributes"].values()))


def _url(name: str) -> str:
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"


def _create_queue(url: str, attributes: Any) -> str:
    """Return the queue's ARN."""
    name = url.rpartition("/")[2]
    created: Any = warm_client("sqs").create_queue(QueueName=name, Attributes=attributes)
    assert created["QueueUrl"] == url
    return f"arn:aws:sqs:us-east-1:123456789012:{name}"


def _create_table(name: str, key: str) -> None:
    warm_client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
    )
