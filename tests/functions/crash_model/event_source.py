"""Lambda's poller of the main queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.functions.crash_model.function import Function, NoAnswer
from tests.functions.crash_model.resources import VISIBILITY_SECONDS
from tests.functions.crash_model.warm_clients import warm_client

Records = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class EventSource:
    """Delivers batches and deletes what the worker did not report as failed; the rest waits out its
    visibility timeout. SQS counts the receives and moves what came too often."""

    queue_url: str
    worker: Function
    batch_size: int = 10

    def poll(self) -> bool:
        """Deliver one batch. Whether there was one."""
        messages = self.receive()
        if messages:
            self.hand_over(messages)
        return bool(messages)

    def receive(self) -> list[Any]:
        answer = warm_client("sqs").receive_message(
            QueueUrl=self.queue_url,
            MaxNumberOfMessages=self.batch_size,
            VisibilityTimeout=VISIBILITY_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def hand_over(self, messages: Sequence[Any]) -> None:
        """Invoke the worker. An invocation without an answer leaves the whole batch on the queue."""
        try:
            answer = self.worker.invoke({"Records": [_record(message) for message in messages]})
        except NoAnswer:
            return
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        assert failed <= {message["MessageId"] for message in messages}
        for message in messages:
            if message["MessageId"] not in failed:
                warm_client("sqs").delete_message(
                    QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"]
                )


def _record(message: dict[str, Any]) -> dict[str, Any]:
    """Lambda's record: the members of the message, named in lower camel case."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {
            name: {member[0].lower() + member[1:]: value for member, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "eventSource": "aws:sqs",
    }
