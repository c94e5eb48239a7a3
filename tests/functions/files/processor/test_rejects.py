"""Rejects are merged whatever their number, and an upload that fails leaves nothing."""

import json

import pytest
from botocore.exceptions import ClientError

from functions.common import clients
from functions.common.errors import TransientFailure
from functions.files.processor import growing_object, rejects
from functions.files.processor.csv_rows import Row
from functions.files.processor.growing_object import GrowingObject
from functions.files.processor.rejects import Reject, Rejects
from tests.functions.doubles import StubClient, client_error, raising
from tests.functions.files.processor.conftest import Files


def reject(row: int, value: str = "x") -> Reject:
    return Reject(Row(row, [value, "é"]), "because")


def test_parts_are_merged_in_the_order_of_rows_and_then_deleted(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejects, "_MAX_DELETIONS", 2)
    task = files.put(b"")
    kept = Rejects(clients.s3(), task)
    for first_row in (26, 1, 1_001):
        kept.write(first_row, [reject(first_row + 1), reject(first_row)])
    kept.merge()
    assert [line["row"] for line in files.rejects(task)] == [1, 2, 26, 27, 1_001, 1_002]
    assert files.rejects(task)[0] == {"row": 1, "reason": "because", "values": ["x", "é"]}
    assert len(files.names("rejects/.parts/")) == 3
    kept.discard_parts()
    assert files.names("rejects/") == ["rejects/incoming/a.csv"]


def test_a_batch_that_is_repeated_takes_the_place_of_its_rejects(files: Files) -> None:
    task = files.put(b"")
    kept = Rejects(clients.s3(), task)
    kept.write(1, [reject(1), reject(2)])
    kept.write(1, [reject(2)])
    kept.merge()
    assert [line["row"] for line in files.rejects(task)] == [2]


def test_many_rejects_go_up_in_parts(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_object, "_PART_BYTES", 5_242_880)  # the least that S3 takes
    task = files.put(b"")
    kept = Rejects(clients.s3(), task)
    for first_row in (1, 2, 3):
        kept.write(first_row, [reject(first_row, "x" * 3_000_000)])
    kept.merge()
    body = files.s3.get_object(Bucket=task.bucket, Key=f"rejects/{task.key}")["Body"].read()
    assert [json.loads(line)["row"] for line in body.splitlines()] == [1, 2, 3]


def test_an_upload_that_fails_is_aborted(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_object, "_PART_BYTES", 1)

    def fail() -> None:
        with GrowingObject(clients.s3(), files.bucket, "rejects/a") as growing:
            growing.append(b"something")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "Uploads" not in files.s3.list_multipart_uploads(Bucket=files.bucket)
    assert files.names("rejects/") == []


def test_parts_that_stay_are_told(files: Files) -> None:
    stub = StubClient(
        list_objects_v2=lambda **_: {"Contents": [{"Key": "a"}], "IsTruncated": False},
        delete_objects=lambda **_: {"Errors": [{"Key": "a", "Code": "InternalError"}]},
    )
    with pytest.raises(TransientFailure, match="1 parts"):
        Rejects(stub, files.put(b"")).discard_parts()  # type: ignore[arg-type]


def test_parts_are_found_on_every_page(files: Files) -> None:
    pages = iter(
        [
            {"Contents": [{"Key": "a"}], "IsTruncated": True, "NextContinuationToken": "t"},
            {"Contents": [{"Key": "b"}], "IsTruncated": False},
        ]
    )
    stub = StubClient(list_objects_v2=lambda **_: next(pages), delete_objects=lambda **_: {})
    Rejects(stub, files.put(b"")).discard_parts()  # type: ignore[arg-type]
    assert stub.calls[1][1]["ContinuationToken"] == "t"
    assert stub.calls[2][1]["Delete"]["Objects"] == [{"Key": "a"}, {"Key": "b"}]


def test_without_its_rejects_a_file_does_not_succeed(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    task = files.put(b"order_id,customer,amount\no1,,1\n")
    with monkeypatch.context() as patch:
        patch.setattr(Rejects, "merge", lambda _: raising(client_error("SlowDown", 503))())
        with pytest.raises(ClientError):
            files.process(task)
    assert files.checkpoint(task)["errorType"] == "SlowDown"
    files.process(task)
    assert [line["row"] for line in files.rejects(task)] == [1]
