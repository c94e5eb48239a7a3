"""Rejects are those of one run through a file: a new run begins without them, and one that fails for good
leaves them in one object."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.common.errors import TransientFailure
from functions.files.processor import row_delivery
from functions.files.processor.checkpoint import Checkpoints
from functions.files.processor.csv_rows import Columns
from functions.files.processor.file_run import FileRun
from functions.files.processor.rejects import Rejects, rejects_key
from functions.files.processor.row_validation import InvalidRow, OrderRow, read_order
from functions.files.rounds.files_table import CHECKPOINT, ENTRY, FILE
from functions.files.rounds.task import PermanentFailure, Task
from tests.functions.doubles import client_error, raising
from tests.functions.files.processor.conftest import Files, good_rows, table_of

ROWS = 60  # three batches
Release = Callable[..., None]


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Release:
    """Deploy a processor that refuses these rows, and no others."""

    def refusing(*numbers: int) -> None:
        refused = {f"o{number}" for number in numbers}

        def read(fields: list[str], columns: Columns) -> OrderRow:
            order = read_order(fields, columns)
            if order.order_id in refused:
                raise InvalidRow("refused by this release")
            return order

        monkeypatch.setattr(row_delivery, "read_order", read)

    return refusing


def _failing(error: Exception) -> Callable[..., Any]:
    """A method that fails."""
    return lambda *_, **__: raising(error)()


def _expire(files: Files, task: Task, *, checkpoint_alone: bool = False) -> None:
    """Delete what TTL deletes, in whatever order it comes to it."""
    for entry in files.entries(task):
        if entry[ENTRY] == CHECKPOINT or not checkpoint_alone:
            files.dynamodb.delete_item(
                TableName=files.environment.files_table_name,
                Key={FILE: {"S": task.file}, ENTRY: {"S": entry[ENTRY]}},
            )


def _rejected(files: Files, task: Task) -> list[int]:
    return [line["row"] for line in files.rejects(task)]


def test_a_version_that_is_processed_again_keeps_none_of_its_old_rejects(
    files: Files, release: Release
) -> None:
    task = files.put(table_of(good_rows(ROWS)))
    release(2, 40)
    files.process(task)
    assert _rejected(files, task) == [2, 40]
    _expire(files, task)
    release()
    files.process(task)
    assert files.names("rejects/") == []


def test_parts_that_an_earlier_run_left_are_not_taken_for_those_of_the_new_one(
    files: Files, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = files.put(table_of(good_rows(ROWS)))
    release(2)
    with monkeypatch.context() as patch:
        patch.setattr(Rejects, "merge", _failing(client_error("SlowDown", 503)))
        with pytest.raises(Exception, match="SlowDown"):
            files.process(task)
    assert len(files.names("rejects/.parts/")) == 1
    _expire(files, task)
    release(40)
    files.process(task)
    assert _rejected(files, task) == [40]
    assert files.names("rejects/") == [rejects_key(task)]


def test_batches_that_outlast_their_checkpoint_are_no_business_of_the_new_run(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TTL deletes items one by one, and within days (developer guide, "Using time to live (TTL) in
    DynamoDB")."""
    task = files.put(table_of(good_rows(ROWS)))
    files.process(task)
    batches = files.batches(task)
    with monkeypatch.context() as patch:
        _expire(files, task, checkpoint_alone=True)
        _set_back(files, batches, days=2)
        patch.setattr(FileRun, "_send", _failing(TransientFailure("the API is down")))
        with pytest.raises(TransientFailure):
            files.process(task)
    assert files.process(task)["rows"] == ROWS


def _set_back(files: Files, batches: list[dict[str, Any]], days: int) -> None:
    for batch in batches:
        files.dynamodb.update_item(
            TableName=files.environment.files_table_name,
            Key={name: {"S": batch[name]} for name in (FILE, ENTRY)},
            UpdateExpression="SET startedAt = :then",
            ExpressionAttributeValues={":then": {"N": str(batch["startedAt"] - days * 86_400_000)}},
        )


def _fail_for_good(files: Files, task: Task, patch: pytest.MonkeyPatch, at_row: int) -> None:
    """Process it up to the batch that has the row."""
    send = FileRun._send

    def sent(run: FileRun, batch: Any, *rest: Any) -> bool:
        if batch.first_row <= at_row <= batch.last_row:
            raise PermanentFailure("not a CSV file")
        return send(run, batch, *rest)

    patch.setattr(FileRun, "_send", sent)
    with pytest.raises(PermanentFailure):
        files.process(task)
    patch.setattr(FileRun, "_send", send)


def test_a_file_that_fails_for_good_leaves_its_rejects_and_no_parts(
    files: Files, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = files.put(table_of(good_rows(ROWS)))
    release(2, 30)
    _fail_for_good(files, task, monkeypatch, at_row=60)
    assert _rejected(files, task) == [2, 30]
    assert files.names("rejects/") == [rejects_key(task)]
    assert files.checkpoint(task)["errorType"] == "PermanentFailure"


def test_a_malformed_record_in_the_middle_fails_for_good_too(files: Files) -> None:
    task = files.put(table_of(["o1,,1", *good_rows(ROWS), 'o99,"Ann"x,1']))
    with pytest.raises(PermanentFailure):
        files.process(task)
    assert _rejected(files, task) == [1]
    assert files.names("rejects/") == [rejects_key(task)]


@pytest.mark.parametrize("lost", ["nothing", "parts stay", "checkpoint", "merged object"])
def test_redriven_after_a_repair_it_has_the_rejects_of_both_attempts_once(
    files: Files, release: Release, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """Whichever of the writes at the first end did not come about."""
    task = files.put(table_of(good_rows(ROWS)))
    release(2, 30, 55)
    with monkeypatch.context() as patch:
        if lost == "parts stay":
            patch.setattr(Rejects, "discard_parts", _failing(client_error("SlowDown", 503)))
        if lost == "checkpoint":
            patch.setattr(Checkpoints, "fail", _failing(client_error("InternalServerError", 500)))
        if lost == "merged object":
            patch.setattr(Rejects, "merge", _failing(client_error("SlowDown", 503)))
        _fail_for_good(files, task, patch, at_row=60)
    _end_lease(files, task)
    files.process(task)
    assert _rejected(files, task) == [2, 30, 55]
    assert files.names("rejects/") == [rejects_key(task)]


def test_a_second_failure_for_good_keeps_the_rejects_of_the_first(
    files: Files, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = files.put(table_of(good_rows(ROWS)))
    release(2, 30)
    for at_row in (30, 60, 60):
        _fail_for_good(files, task, monkeypatch, at_row)
    assert _rejected(files, task) == [2, 30]


def test_merged_rejects_that_somebody_deleted_hold_up_nothing(
    files: Files, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = files.put(table_of(good_rows(ROWS)))
    release(2, 55)
    _fail_for_good(files, task, monkeypatch, at_row=60)
    files.s3.delete_object(Bucket=task.bucket, Key=rejects_key(task))
    files.process(task)
    assert _rejected(files, task) == [55]


def _end_lease(files: Files, task: Task) -> None:
    files.dynamodb.update_item(
        TableName=files.environment.files_table_name,
        Key={FILE: {"S": task.file}, ENTRY: {"S": CHECKPOINT}},
        UpdateExpression="REMOVE leaseExpiresAt",
    )
