"""The fingerprint of an object is that of the bytes that were announced."""

import hashlib
import uuid
from typing import Any

import pytest

from functions.common import clients
from functions.common.dynamodb_items import from_item
from functions.files.fingerprint.handler import handler
from functions.files.rounds.task import PermanentFailure, Task

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def task(cold_start: None, monkeypatch: pytest.MonkeyPatch) -> Task:
    suffix = uuid.uuid4().hex
    monkeypatch.setenv("TABLE_NAME", suffix)
    clients.s3().create_bucket(Bucket=suffix)
    clients.s3().put_bucket_versioning(Bucket=suffix, VersioningConfiguration={"Status": "Enabled"})
    clients.dynamodb().create_table(
        TableName=suffix,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "file", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "file", "KeyType": "HASH"}],
    )
    answer = clients.s3().put_object(Bucket=suffix, Key="incoming/a.bin", Body=CONTENT)
    return Task(suffix, "incoming/a.bin", answer["VersionId"], answer["ETag"], len(CONTENT), "m", 1, "r")


def test_the_fingerprint_is_kept_once_however_often_the_message_comes(task: Task, context: Any) -> None:
    clients.s3().put_object(Bucket=task.bucket, Key=task.key, Body=b"overwritten")
    answers = [handler(task.as_document(), context) for _ in range(2)]
    assert [answer["status"] for answer in answers] == ["SUCCEEDED", "SUCCEEDED"]
    items = clients.dynamodb().scan(TableName=task.bucket)["Items"]
    assert [from_item(item) for item in items] == [
        {"file": task.file, "sha256": hashlib.sha256(CONTENT).hexdigest(), "sizeBytes": len(CONTENT)}
    ]


def test_an_object_that_is_gone_fails_for_ever(task: Task, context: Any) -> None:
    clients.s3().delete_object(Bucket=task.bucket, Key=task.key, VersionId=task.version_id or "")
    with pytest.raises(PermanentFailure, match="gone"):
        handler(task.as_document(), context)
