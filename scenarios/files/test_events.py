"""What S3's events may do: come twice, and go to another function too."""

import hashlib
import json
from typing import Any

from ops.lab.files.upload import Upload
from ops.lab.waiting import eventually
from scenarios.files.bench import Bench


def test_an_event_that_comes_twice_delivers_nothing_twice(bench: Bench) -> None:
    uploads = bench.upload(files=3, rows=20)
    before = bench.await_end(uploads, within=60)

    for upload in uploads:
        bench.target.sqs.send_message(
            QueueUrl=bench.target.output("CsvQueueUrl"), MessageBody=_event(bench, upload)
        )
    eventually(lambda: bench.queue.total == 0, within=60, what="an empty queue")

    after = bench.await_end(uploads, within=10)
    assert (after.rows_delivered, after.rows_repeated) == (before.rows_delivered, 0) == (60, 0)
    assert [file.batches for file in bench.records(uploads)]
    assert after.proof.once
    assert bench.dlq.total == 0


def test_the_second_example_of_the_construct_works_beside_it(bench: Bench) -> None:
    content = b"any bytes \x00 at all"
    bench.target.s3.put_object(
        Bucket=bench.target.output("FingerprintBucketName"), Key="incoming/any.bin", Body=content
    )

    [item] = eventually(lambda: _fingerprints(bench), within=60, what="a fingerprint")

    assert hashlib.sha256(content).hexdigest() in json.dumps(item)


def _event(bench: Bench, upload: Upload) -> str:
    """As EventBridge brings it (S3 user guide, "EventBridge event message structure")."""
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": bench.target.output("CsvBucketName")},
        "object": {
            "key": upload.file.key,
            "size": upload.size_bytes,
            "etag": upload.etag,
            "version-id": upload.version_id,
            "sequencer": "0",
        },
        "reason": "PutObject",
    }
    return json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})


def _fingerprints(bench: Bench) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = bench.target.dynamodb.scan(
        TableName=bench.target.output("FingerprintTableName")
    )["Items"]
    return items
