"""Rejects are merged whatever their number, and an upload that fails leaves nothing."""

import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import example, given
from hypothesis import strategies as st

from functions.common import clients
from functions.common.errors import TransientFailure
from functions.files.processor import growing_object, rejects
from functions.files.processor.csv_rows import Row
from functions.files.processor.growing_object import GrowingObject
from functions.files.processor.rejects import Reject, Rejects, rejects_key
from functions.files.rounds.task import Task
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
    assert files.names("rejects/") == [rejects_key(task)]


def test_a_batch_that_is_repeated_takes_the_place_of_its_rejects(files: Files) -> None:
    task = files.put(b"")
    kept = Rejects(clients.s3(), task)
    kept.write(1, [reject(1), reject(2)])
    kept.write(1, [reject(2)])
    kept.merge()
    assert [line["row"] for line in files.rejects(task)] == [2]


def test_a_second_upload_leaves_the_rejects_of_the_first(files: Files) -> None:
    """Which rows of which upload were refused: one upload, one object. The same one overwrites its own."""
    first, second = files.put(b"one"), files.put(b"two")
    for task, row in ((first, 1), (second, 2), (second, 3)):
        kept = Rejects(clients.s3(), task)
        kept.write(1, [reject(row)])
        kept.merge()
        kept.discard_parts()
    assert [[line["row"] for line in files.rejects(task)] for task in (first, second)] == [[1], [3]]
    assert len(files.names("rejects/")) == 2


def _task(key: str, version_id: str | None = "v" * 32) -> Task:
    return Task("bucket", key, version_id, "e" * 32 + "-10000", 1, "m", 1, "r")


# What S3 takes in 1,024 bytes (user guide, "Naming Amazon S3 objects"), below the folder of arrivals.
_KEYS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=1_015).map("incoming/{}".format)


@given(_KEYS.filter(lambda key: len(key.encode()) <= 1_024), st.sampled_from([None, "v" * 32, "é" * 512]))
@example("incoming/" + "x" * 1_015, "v" * 32)
@example("incoming/" + "é" * 507, None)
@example("incoming/../a+b %2F\n./.csv.", "null")
def test_the_key_of_the_rejects_is_one_that_s3_takes(key: str, version_id: str | None) -> None:
    task = _task(key, version_id)
    kept = Rejects(StubClient(), task)  # type: ignore[arg-type]
    for derived in (rejects_key(task), kept.part_name(9_999_999_999)):
        assert len(derived.encode()) <= 1_024
        assert derived.startswith("rejects/")


@pytest.mark.parametrize(
    "keys",
    [
        ("incoming/" + "x" * 1_014 + "a", "incoming/" + "x" * 1_014 + "b"),
        ("incoming/\u00e9.csv", "incoming/e\u0301.csv"),  # one text to people, two keys to S3
        ("incoming/a b.csv", "incoming/a+b.csv"),
        ("incoming/a.csv", "incoming//a.csv"),
        ("incoming/a.csv", "incoming/a.csv/" + "v" * 32),
    ],
)
def test_two_files_never_share_their_rejects(keys: tuple[str, str], files: Files) -> None:
    one, other = map(_task, keys)
    assert rejects_key(one) != rejects_key(other)
    parts = [Rejects(StubClient(), task).part_name(1) for task in (one, other)]  # type: ignore[arg-type]
    assert not parts[0].startswith(parts[1].rpartition("/")[0] + "/")
    assert not parts[1].startswith(parts[0].rpartition("/")[0] + "/")


@pytest.mark.parametrize(
    "key",
    [
        "incoming/a+b %2F c.csv",
        "incoming/é e\u0301.csv",
        "incoming/x/./y..csv",
        "incoming/" + "x" * 1_011 + ".csv",
    ],
)
def test_a_file_of_any_name_has_its_rejects(files: Files, key: str) -> None:
    task = files.put(b"", key)
    kept = Rejects(clients.s3(), task)
    kept.write(1, [reject(1)])
    kept.merge()
    kept.discard_parts()
    assert [line["row"] for line in files.rejects(task)] == [1]
    assert files.names("rejects/") == [rejects_key(task)]


def test_many_rejects_go_up_in_parts(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_object, "_PART_BYTES", 5_242_880)  # the least that S3 takes
    task = files.put(b"")
    kept = Rejects(clients.s3(), task)
    for first_row in (1, 2, 3):
        kept.write(first_row, [reject(first_row, "x" * 3_000_000)])
    kept.merge()
    body = files.s3.get_object(Bucket=task.bucket, Key=rejects_key(task))["Body"].read()
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
        patch.setattr(Rejects, "merge", lambda *_: raising(client_error("SlowDown", 503))())
        with pytest.raises(ClientError):
            files.process(task)
    assert files.checkpoint(task)["errorType"] == "SlowDown"
    files.process(task)
    assert [line["row"] for line in files.rejects(task)] == [1]
