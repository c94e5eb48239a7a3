"""Queues of a test: a source, its dead-letter queue, and the messages in them."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator


@dataclass(frozen=True)
class OpenQueue:
    """One queue by its URL."""

    sqs: Any
    url: str

    @property
    def arn(self) -> str:
        return self.attribute("QueueArn")

    def attribute(self, name: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])
        return str(answer["Attributes"][name])

    def depth(self) -> int:
        """Messages that are visible, in flight and delayed."""
        kinds = ("", "NotVisible", "Delayed")
        return sum(int(self.attribute(f"ApproximateNumberOfMessages{kind}")) for kind in kinds)

    def send(self, body: str, **options: Any) -> str:
        """The new message's id."""
        return str(self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **options)["MessageId"])

    def receive(self, visibility_seconds: int = 0) -> dict[str, Any] | None:
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            VisibilityTimeout=visibility_seconds,
            WaitTimeSeconds=1,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages")
        return messages[0] if messages else None

    def received(self, visibility_seconds: int = 0) -> dict[str, Any]:
        """The next message; it must come within 15 s."""
        found = eventually(lambda: self.receive(visibility_seconds), within=15, what="a message")
        assert found is not None
        return found


def open_queue(
    emulator: Emulator, attributes: Mapping[str, str] | None = None, *, fifo: bool = False
) -> OpenQueue:
    name = f"queue-{uuid.uuid4().hex[:8]}" + (".fifo" if fifo else "")
    given = {**(attributes or {}), **({"FifoQueue": "true"} if fifo else {})}
    sqs = emulator.client("sqs")
    return OpenQueue(sqs, sqs.create_queue(QueueName=name, Attributes=given)["QueueUrl"])


def open_pair(
    emulator: Emulator,
    max_receive_count: int,
    attributes: Mapping[str, str] | None = None,
    *,
    fifo: bool = False,
) -> tuple[OpenQueue, OpenQueue]:
    """A queue and its dead-letter queue, both with `attributes`."""
    dlq = open_queue(emulator, attributes, fifo=fifo)
    policy = json.dumps({"deadLetterTargetArn": dlq.arn, "maxReceiveCount": max_receive_count})
    return open_queue(emulator, {**(attributes or {}), "RedrivePolicy": policy}, fifo=fifo), dlq


def give_up(source: OpenQueue, dlq: OpenQueue, receives: int) -> None:
    """Receive the message as often as its queue allows, and once more: SQS moves it."""
    before = dlq.depth()
    for _ in range(receives):
        source.received()
    eventually(lambda: source.receive() is None and dlq.depth() > before, within=15, what="the dead letter")
