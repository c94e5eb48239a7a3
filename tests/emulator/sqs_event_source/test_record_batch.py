"""What the function is given, and which messages it is given."""

import hashlib
import json
from pathlib import Path

from tests.emulator.conftest import Emulator
from tests.emulator.sqs_event_source.bench import bench


def test_a_record_has_the_shape_that_lambda_documents(emulator: Emulator, tmp_path: Path) -> None:
    body = '{"id":  "spaced",\t"n": 1.0}'
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=1)
        sent = emulator.client("sqs").send_message(
            QueueUrl=queue.queue_url,
            MessageBody=body,
            MessageAttributes={
                "idempotencyKey": {"DataType": "String", "StringValue": "k-1"},
                "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
            },
        )
        queue.wait_for_ids("spaced")
        [record] = queue.invocations()[0].records
    attributes = record.pop("attributes")
    assert record.pop("receiptHandle")
    assert record == {
        "messageId": sent["MessageId"],
        "body": body,
        "messageAttributes": {
            "idempotencyKey": {
                "stringValue": "k-1",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            },
            "raw": {
                "binaryValue": "AP8=",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "Binary",
            },
        },
        "md5OfBody": hashlib.md5(body.encode()).hexdigest(),
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": "us-east-1",
    }
    assert attributes["ApproximateReceiveCount"] == "1"
    assert attributes["SenderId"]
    assert 0 < int(attributes["SentTimestamp"]) <= int(attributes["ApproximateFirstReceiveTimestamp"])


def test_a_message_that_no_filter_matches_is_deleted(emulator: Emulator, tmp_path: Path) -> None:
    pattern = json.dumps({"body": {"id": [{"prefix": "keep"}]}})
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=10, FilterCriteria={"Filters": [{"Pattern": pattern}]})
        queue.send({"id": "keep-1"}, {"id": "drop-1"}, {"id": "keep-2"}, {"id": "drop-2"})
        emulator.client("sqs").send_message(QueueUrl=queue.queue_url, MessageBody="not JSON")
        queue.wait_until_drained()
        assert sorted(queue.ids()) == ["keep-1", "keep-2"]
        assert queue.depth(queue.dlq_url) == 0
