from typing import Any

from functions.files.round_control.batch_in_hand import BatchInHand
from tests.functions.doubles import StubClient
from tests.functions.files.rounds.pipeline import Pipeline


def test_messages_come_back_only_when_the_functions_of_the_stopped_execution_have_ended(
    pipeline: Pipeline,
) -> None:
    sqs: Any = StubClient(change_message_visibility_batch=lambda **_: {"Successful": [{"Id": "0"}]})
    batch = BatchInHand(pipeline.table, sqs, "url", recall_seconds=30)
    batch.take([{"ReceiptHandle": "h1"}, {"ReceiptHandle": "h2"}])
    batch.recall()
    entries = [
        {"Id": "0", "ReceiptHandle": "h1", "VisibilityTimeout": 30},
        {"Id": "1", "ReceiptHandle": "h2", "VisibilityTimeout": 30},
    ]
    assert sqs.calls == [("change_message_visibility_batch", {"QueueUrl": "url", "Entries": entries})]
    batch.recall()
    assert len(sqs.calls) == 1, "once is enough"
