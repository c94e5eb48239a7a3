"""What SQS refuses, in its words, and what it still takes: SQS API reference."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import Emulator
from tests.emulator.sqs.queues import OpenQueue, open_queue

OUT_OF_RANGE = [
    ("DelaySeconds", "901"),
    ("DelaySeconds", "-1"),
    ("MaximumMessageSize", "1023"),
    ("MaximumMessageSize", "1048577"),
    ("MessageRetentionPeriod", "59"),
    ("MessageRetentionPeriod", "1209601"),
    ("ReceiveMessageWaitTimeSeconds", "21"),
    ("VisibilityTimeout", "43201"),
    ("VisibilityTimeout", "99999999"),
    ("VisibilityTimeout", "soon"),
]
NUMBERS = ["0", "-1.5e3", ".5", "1" * 38, "1" + "0" * 60, "1e126", "1e-128"]
NO_NUMBERS = ["five", "1" * 39, "1e127", "1e-129", "1_000", "NaN", "Infinity"]


@pytest.fixture(scope="module")
def queue(emulator: Emulator) -> OpenQueue:
    return open_queue(emulator)


@pytest.mark.parametrize(("name", "value"), OUT_OF_RANGE)
def test_an_attribute_out_of_range_is_refused(
    emulator: Emulator, queue: OpenQueue, name: str, value: str
) -> None:
    before = queue.attribute(name)
    for act in (
        lambda: open_queue(emulator, {name: value}),
        lambda: queue.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={name: value}),
    ):
        assert _refusal(act) == ("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
    assert queue.attribute(name) == before


def test_both_ends_of_a_range_are_taken(emulator: Emulator) -> None:
    for visibility, delay in (("0", "0"), ("43200", "900")):
        queue = open_queue(emulator, {"VisibilityTimeout": visibility, "DelaySeconds": delay})
        assert (queue.attribute("VisibilityTimeout"), queue.attribute("DelaySeconds")) == (visibility, delay)


@pytest.mark.parametrize("count", [0, 1001, "many"])
def test_a_receive_count_out_of_range_is_refused_from_the_start(
    emulator: Emulator, queue: OpenQueue, count: object
) -> None:
    policy = json.dumps({"deadLetterTargetArn": queue.arn, "maxReceiveCount": count})
    code, message = _refusal(lambda: open_queue(emulator, {"RedrivePolicy": policy}))
    assert code == "InvalidParameterValue"
    assert "valid values are from 1 to 1000" in message


def test_a_visibility_timeout_out_of_range_is_refused(queue: OpenQueue) -> None:
    queue.send("one")
    reason = "Reason: Must be between 0 and 43200, if provided."
    refused = _refusal(lambda: queue.receive(visibility_seconds=43_201))
    assert refused[0] == "InvalidParameterValue"
    assert refused[1].endswith(reason)

    handle = queue.received(visibility_seconds=43_200)["ReceiptHandle"]
    given = {"QueueUrl": queue.url, "ReceiptHandle": handle}
    code, message = _refusal(
        lambda: queue.sqs.change_message_visibility(**given, VisibilityTimeout=99_999_999)
    )
    assert (code, message) == (
        "InvalidParameterValue",
        f"Value 99999999 for parameter VisibilityTimeout is invalid. {reason}",
    )
    answer = queue.sqs.change_message_visibility_batch(
        QueueUrl=queue.url,
        Entries=[
            {"Id": "good", "ReceiptHandle": handle, "VisibilityTimeout": 0},
            {"Id": "bad", "ReceiptHandle": handle, "VisibilityTimeout": 43_201},
        ],
    )
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("bad", "InvalidParameterValue")]
    queue.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=queue.received(60)["ReceiptHandle"])


def test_a_delay_out_of_range_is_refused_and_fails_alone_in_a_batch(queue: OpenQueue) -> None:
    reason = "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
    assert _refusal(lambda: queue.send("late", DelaySeconds=901)) == ("InvalidParameterValue", reason)
    answer = queue.sqs.send_message_batch(
        QueueUrl=queue.url,
        Entries=[
            {"Id": "good", "MessageBody": "late", "DelaySeconds": 900},
            {"Id": "bad", "MessageBody": "later", "DelaySeconds": 901},
        ],
    )
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [entry["Id"] for entry in answer["Failed"]] == ["bad"]


def test_ten_attributes_are_taken_and_eleven_are_not(queue: OpenQueue) -> None:
    attributes = {f"a{at}": {"DataType": "String", "StringValue": "x"} for at in range(11)}
    assert _refusal(lambda: queue.send("eleven", MessageAttributes=attributes)) == (
        "InvalidParameterValue",
        "Number of message attributes [11] exceeds the allowed maximum [10].",
    )
    attributes.pop("a10")
    assert queue.send("ten", MessageAttributes=attributes)


@pytest.mark.parametrize("type_", ["Number", "Number.int"])
def test_a_number_is_one(queue: OpenQueue, type_: str) -> None:
    for text in NUMBERS:
        assert queue.send("counted", MessageAttributes={"n": {"DataType": type_, "StringValue": text}})
    for text in NO_NUMBERS:
        attributes = {"n": {"DataType": type_, "StringValue": text}}
        code, message = _refusal(lambda given=attributes: queue.send("counted", MessageAttributes=given))
        assert (code, message) == (
            "InvalidParameterValue",
            "Can't cast the value of message (user) attribute 'n' to a number.",
        ), text


def _refusal(act: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        act()
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]
