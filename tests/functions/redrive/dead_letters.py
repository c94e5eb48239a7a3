"""Dead letters, and the state that the worker left of them."""

import json
from dataclasses import dataclass

from functions.ingestion.identity import checksum
from tests.functions.conftest import Aws


@dataclass
class DeadLetters:
    """Puts letters into the dead-letter queue, and their state into the table."""

    aws: Aws

    def add(self, key: str, error: tuple[str, str] | None = None, **attributes: str) -> str:
        """Return the letter's body. `error` is the type and category that the worker recorded."""
        body = json.dumps({"orderId": key, "amount": 1})
        values = {"idempotencyKey": key, "errorTypeCandidate": "NONE", **attributes}
        self.aws.sqs.send_message(
            QueueUrl=self.aws.dlq_url,
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in values.items()
            },
        )
        if error is not None:
            error_type, category = error
            self.put_item(key, body, "FAILED", errorType=error_type, errorCategory=category)
        return body

    def put_item(self, key: str, body: str, status: str, **attributes: str) -> None:
        self.aws.dynamodb.put_item(
            TableName=self.aws.table_name,
            Item={
                "idempotencyKey": {"S": key},
                "status": {"S": status},
                "checksum": {"S": checksum(body)},
                "attempts": {"N": "5"},
                **{name: {"S": value} for name, value in attributes.items()},
            },
        )

    def visible(self) -> int:
        """How many letters another consumer could receive now."""
        return len(self.aws.receive_all(self.aws.dlq_url))
