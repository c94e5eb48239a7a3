"""Dead letters made to order: what is tried with a redrive need not have failed first."""

from collections.abc import Sequence

from functions.common.sqs_message import IDEMPOTENCY_KEY, MAX_BATCH_ENTRIES, text_attribute
from functions.ingestion.canonical_json import canonical_json
from ops.lab.app.target import Target
from ops.lab.app.traffic import order
from ops.lab.errors import LabError


def bury(target: Target, keys: Sequence[str], **attributes: str) -> None:
    """Put a valid event of each key into the DLQ, as if the worker had failed on it.

    Raises LabError where SQS does not take all of them.
    """
    own = {name: text_attribute(value) for name, value in attributes.items()}
    for start in range(0, len(keys), MAX_BATCH_ENTRIES):
        answer = target.sqs.send_message_batch(
            QueueUrl=target.output("DlqUrl"),
            Entries=[
                {
                    "Id": str(index),
                    "MessageBody": canonical_json(order(key).body),
                    "MessageAttributes": {IDEMPOTENCY_KEY: text_attribute(key), **own},
                }
                for index, key in enumerate(keys[start : start + MAX_BATCH_ENTRIES])
            ],
        )
        if refused := answer.get("Failed"):
            raise LabError(f"the DLQ did not take {len(refused)} messages: {refused[0].get('Message')}")
