"""An event source mapping over a queue of moto: it delivers, and deletes what the function took."""

from collections.abc import Callable
from typing import Any

from tests.functions.conftest import Aws

Handler = Callable[[dict[str, Any]], Any]


def deliver(aws: Aws, url: str, handle: Handler) -> int:
    """Hand every message of the queue to the function once; answer how many it failed."""
    messages = aws.receive_all(url)
    failed = 0
    for message in messages:
        failures = handle({"Records": [_record(message)]})["batchItemFailures"]
        failed += len(failures)
        if failures:
            _visible_again(aws, url, message)
        else:
            aws.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return failed


def _visible_again(aws: Aws, url: str, message: Any) -> None:
    """Without the backoff that the function asked for."""
    aws.sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )


def _record(message: Any) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {
            name: {"stringValue": value["StringValue"], "dataType": value["DataType"]}
            for name, value in message.get("MessageAttributes", {}).items()
        },
    }
