"""What DynamoDB leaves out is written again, and what cannot be told changes nothing."""

from typing import Any

import pytest

from functions.common.errors import TransientFailure
from functions.files.processor.file_journal import FileJournal
from tests.functions.doubles import FakeClock, StubClient, client_error, raising
from tests.functions.files.processor.conftest import Files, good_rows, table_of

DOCUMENTS = [{"file": "f", "entry": "a", "x": 1}, {"file": "f", "entry": "a", "x": 2}]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def journal(stub: Any) -> FileJournal:
    return FileJournal(stub, "table", 7, FakeClock())


def test_of_two_entries_with_one_key_the_last_is_written() -> None:
    stub = StubClient(batch_write_item=lambda **_: {"UnprocessedItems": {}})
    journal(stub).write(DOCUMENTS)
    [(_, parameters)] = stub.calls
    (request,) = parameters["RequestItems"]["table"]
    assert request["PutRequest"]["Item"]["x"] == {"N": "2"}


def test_what_was_left_out_is_written_again() -> None:
    left = iter([{"table": ["left"]}, {}])
    stub = StubClient(batch_write_item=lambda **_: {"UnprocessedItems": next(left)})
    journal(stub).write(DOCUMENTS)
    assert stub.calls[1][1]["RequestItems"] == {"table": ["left"]}


def test_what_is_left_out_every_time_fails_the_attempt() -> None:
    stub = StubClient(batch_write_item=lambda **_: {"UnprocessedItems": {"table": ["left"]}})
    with pytest.raises(TransientFailure):
        journal(stub).write(DOCUMENTS)


def test_an_end_that_cannot_be_told_does_not_undo_success(
    files: Files, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    task = files.put(table_of(good_rows(2)))
    write = FileJournal.write

    def refuse_the_end(journal: FileJournal, documents: Any) -> None:
        if any("outcome" in document for document in documents):
            raising(client_error("InternalServerError", 500))()
        write(journal, documents)

    monkeypatch.setattr(FileJournal, "write", refuse_the_end)
    assert files.process(task)["status"] == "SUCCEEDED"
    assert files.checkpoint(task)["status"] == "SUCCEEDED"
    assert "outcome not recorded" in caplog.messages
