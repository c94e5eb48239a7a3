"""A file from its task to its answer, as Lambda would run it."""

import gzip

import pytest

from functions.files.rounds.task import PermanentFailure
from tests.functions.files.processor.conftest import Files, good_rows, table_of


def test_every_row_is_delivered_and_the_table_says_so(files: Files) -> None:
    task = files.put(table_of(good_rows(60)))
    answer = files.process(task)
    assert (answer["status"], answer["rows"], answer["apiCalls"]) == ("SUCCEEDED", 60, 60)
    checkpoint = files.checkpoint(task)
    assert (checkpoint["status"], checkpoint["rowsDelivered"], checkpoint["nextRow"]) == ("SUCCEEDED", 60, 61)
    assert "leaseExpiresAt" not in checkpoint
    first, *others = files.batches(task)
    assert (first["firstRow"], first["lastRow"], first["state"]) == (1, 25, "DELIVERED")
    assert {batch["state"] for batch in others} == {"DELIVERED"}


def test_a_second_delivery_of_the_message_is_a_duplicate(files: Files) -> None:
    task = files.put(table_of(good_rows(3)))
    files.process(task)
    answer = files.process(task)
    assert (answer["status"], answer["rows"], answer["duplicate"]) == ("SUCCEEDED", 0, True)


def test_rows_that_cannot_be_delivered_are_kept_with_their_reason(files: Files) -> None:
    rows = good_rows(30)
    rows[1] = "o2,,5"
    rows[28] = "o29,Ann,5000000"
    task = files.put(table_of(rows))
    answer = files.process(task)
    assert (answer["rows"], answer["rejected"]) == (28, 2)
    assert [(line["row"], line["reason"], line["values"]) for line in files.rejects(task)] == [
        (2, "customer is empty", ["o2", "", "5"]),
        (29, "the API answered 422: amount is above the credit limit of 1000000", ["o29", "Ann", "5000000"]),
    ]
    assert files.names("rejects/") == [f"rejects/incoming/a.csv/{task.version_id or task.etag}.jsonl"]


@pytest.mark.parametrize("key", ["incoming/a.csv.gz", "incoming/a.csv"])
def test_gzip_is_told_by_name_or_by_content(files: Files, key: str) -> None:
    assert files.process(files.put(gzip.compress(table_of(good_rows(3))), key))["rows"] == 3


def test_a_file_without_rows_succeeds(files: Files) -> None:
    task = files.put(table_of([]))
    assert files.process(task)["status"] == "SUCCEEDED"
    assert files.checkpoint(task)["rowsDelivered"] == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"order_id,customer\n1,Ann\n", "no column amount"),
        (b"\xff\xfeo\0r\0", "not"),
        (table_of(["1,Ann,5", "2,B\xe9,5"]).replace("\xe9".encode(), b"\xe9"), "not UTF-8: byte"),
        (table_of(["1,Ann,\0"]), "NUL at byte"),
        (table_of(['1,"Ann"x,5']), "not a CSV file"),
        (table_of(['1,"Ann,5']), "unexpected end of data"),
    ],
)
def test_what_is_no_csv_file_fails_for_ever(files: Files, content: bytes, reason: str) -> None:
    task = files.put(content)
    with pytest.raises(PermanentFailure, match=reason):
        files.process(task)
    checkpoint = files.checkpoint(task)
    assert (checkpoint["status"], checkpoint["errorType"]) == ("FAILED", "PermanentFailure")
    assert reason in checkpoint["reason"]


def test_an_object_that_is_gone_fails_for_ever(files: Files) -> None:
    task = files.put(table_of(good_rows(1)))
    files.s3.delete_object(Bucket=task.bucket, Key=task.key, VersionId=task.version_id)
    with pytest.raises(PermanentFailure, match="gone"):
        files.process(task)


def test_an_overwritten_file_is_still_the_one_of_its_task(files: Files) -> None:
    task = files.put(table_of(good_rows(2)))
    other = files.put(table_of(good_rows(5)))
    assert [files.process(each)["rows"] for each in (task, other)] == [2, 5]
