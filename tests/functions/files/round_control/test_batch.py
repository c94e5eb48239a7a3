"""Batch in hand of an execution that was stopped: its messages come back, and not too early."""

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


def test_a_message_that_sqs_fails_to_give_back_is_given_back_later(pipeline: Pipeline) -> None:
    failing = {"h2"}
    given_back: list[str] = []

    def change_message_visibility_batch(*, Entries: Any, **_: Any) -> Any:
        bad = [entry for entry in Entries if entry["ReceiptHandle"] in {*failing, "gone"}]
        given_back.extend(entry["ReceiptHandle"] for entry in Entries if entry not in bad)
        return {
            "Successful": [{"Id": entry["Id"]} for entry in Entries if entry not in bad],
            "Failed": [{"Id": each["Id"], "SenderFault": each["ReceiptHandle"] == "gone"} for each in bad],
        }

    sqs: Any = StubClient(change_message_visibility_batch=change_message_visibility_batch)
    batch = BatchInHand(pipeline.table, sqs, "url", recall_seconds=30)
    batch.take([{"ReceiptHandle": "h1"}, {"ReceiptHandle": "h2"}, {"ReceiptHandle": "gone"}])
    batch.recall()
    assert given_back == ["h1"]
    batch.take([{"ReceiptHandle": "h3"}])  # another batch does not make it forget the first one's
    batch.settle()
    failing.clear()
    batch.recall()
    assert given_back == ["h1", "h2"]
    batch.recall()
    assert given_back == ["h1", "h2"]
