"""Payload of S3's events on EventBridge, for a bucket of CloudFormation."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ops.lab.waiting import eventually
from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator

KEY = "incoming/high/März & April +1%20.csv"
OBJECTS = 60


@pytest.fixture(scope="module")
def stack(emulator: Emulator) -> Iterator[Stack]:
    with open_stack(emulator) as opened:
        opened.deploy(_resources())
        yield opened


def _resources() -> dict[str, Any]:
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": "Bucket"}]}, "object": {"key": [{"prefix": "incoming/"}]}},
    }
    target = {
        "Id": "Queue",
        "Arn": {"Fn::GetAtt": ["Queue", "Arn"]},
        "RetryPolicy": {"MaximumRetryAttempts": 3},
        "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Undelivered", "Arn"]}},
    }
    return {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
                "VersioningConfiguration": {"Status": "Enabled"},
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Undelivered": {"Type": "AWS::SQS::Queue"},
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventPattern": pattern, "Targets": [target]},
        },
    }


def test_the_event_names_the_object_as_it_is(emulator: Emulator, stack: Stack) -> None:
    s3, bucket = emulator.client("s3"), stack.outputs["Bucket"]
    s3.put_object(Bucket=bucket, Key="elsewhere/a.csv", Body=b"x\n")
    put = s3.put_object(Bucket=bucket, Key=KEY, Body=b"x\n1\n")
    [event] = _receive(emulator, stack, 1)
    described = event["detail"]["object"]
    sequencer = described.pop("sequencer")
    assert described == {
        "key": KEY,
        "size": 4,
        "etag": put["ETag"].strip('"'),
        "version-id": put["VersionId"],
    }
    assert (event["detail"]["reason"], event["detail"]["requester"]) == ("PutObject", event["account"])
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"x\n2\n")
    [later] = _receive(emulator, stack, 1)
    assert later["detail"]["object"]["sequencer"] > sequencer


def test_a_multipart_upload_says_so(emulator: Emulator, stack: Stack) -> None:
    s3, where = emulator.client("s3"), {"Bucket": stack.outputs["Bucket"], "Key": "incoming/large.csv"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"x\n")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=parts)
    [event] = _receive(emulator, stack, 1)
    assert event["detail"]["reason"] == "CompleteMultipartUpload"


def test_none_is_lost_where_ten_upload_at_once(emulator: Emulator, stack: Stack) -> None:
    s3, bucket = emulator.client("s3"), stack.outputs["Bucket"]

    def put(number: int) -> str:
        answer = s3.put_object(Bucket=bucket, Key=f"incoming/{number:03}.csv", Body=b"x\n")
        return str(answer["VersionId"])

    with ThreadPoolExecutor(10) as pool:
        versions = set(pool.map(put, range(OBJECTS)))
    events = _receive(emulator, stack, OBJECTS)
    assert {event["detail"]["object"]["version-id"] for event in events} == versions


def _receive(emulator: Emulator, stack: Stack, count: int) -> list[dict[str, Any]]:
    sqs, url = emulator.client("sqs"), stack.outputs["Queue"]
    received: list[dict[str, Any]] = []

    def receive() -> int:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            received.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(received)

    eventually(receive, until=lambda number: number >= count, within=30, what=f"{count} events")
    return received
