"""Batches of envelopes: each fits into a request to HEC, and into a message of the retry queue."""

from functions.common.sqs_message import MAX_BYTES as SQS_BYTES
from functions.integrations.splunk_forwarder.envelope import MAX_BYTES, SEPARATOR, request_batches


def test_a_batch_is_full_at_its_limit_and_the_order_stays() -> None:
    envelopes = [str(index) * 100_000 for index in range(10)] * 2
    made = list(request_batches(envelopes))
    assert [each for batch in made for each in batch] == envelopes
    assert [len(batch) for batch in made] == [9, 9, 2]
    assert all(len(SEPARATOR.join(batch)) <= MAX_BYTES for batch in made)


def test_a_batch_and_its_reason_fit_into_a_message() -> None:
    reason = 4 * 1024  # of characters, in UTF-8
    assert MAX_BYTES + reason < SQS_BYTES


def test_an_envelope_above_the_limit_stands_alone() -> None:
    large = "x" * (MAX_BYTES + 1)
    assert list(request_batches(["a", large, "b"])) == [["a"], [large], ["b"]]


def test_of_nothing_there_is_no_batch() -> None:
    assert list(request_batches([])) == []
