"""What was done is on the disk, each line whole, whatever else the file has."""

import json
from pathlib import Path

from ops.lab.console.changes.action_journal import ActionJournal


def test_a_record_is_read_by_another_console(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "journal.jsonl"
    written = ActionJournal(path).add("Send", "5 accepted", before={"body": "a\nb"}, after=None)
    assert ActionJournal(path).since(0) == [written]
    assert ActionJournal(path).since(written.at + 1) == []


def test_a_line_that_was_cut_hides_no_other(tmp_path: Path) -> None:
    journal = ActionJournal(tmp_path / "journal.jsonl")
    journal.add("Heal", "done")
    with journal.path.open("a") as file:
        file.write('{"at": 1, "who"\n[]\n{"at": 3}\n')
    journal.add("Pause", "failed", done=False)
    assert [record.title for record in journal.since(0)] == ["Heal", "Pause"]


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert ActionJournal(tmp_path / "journal.jsonl").since(0) == []


def test_the_latest_records_are_read_from_the_end(tmp_path: Path) -> None:
    journal = ActionJournal(tmp_path / "journal.jsonl")
    assert journal.latest(10) == []
    for number in range(40):
        journal.add(f"Send {number}", "done", body="ü" * 5_000)
    assert [record.title for record in journal.latest(10)] == [
        f"Send {number}" for number in range(39, 29, -1)
    ]
    assert len(journal.latest(100)) == 40


def test_the_latest_of_a_journal_with_lines_that_cannot_be_read(tmp_path: Path) -> None:
    journal = ActionJournal(tmp_path / "journal.jsonl")
    journal.add("Heal", "done")
    with journal.path.open("ab") as file:
        file.write(b"\xff\xfe{\n" + b"x" * 100_000 + b"\n")
    assert [record.title for record in journal.latest(10)] == ["Heal"]


def test_each_record_names_its_target(tmp_path: Path) -> None:
    path, target = tmp_path / "journal.jsonl", "http://127.0.0.1:4566"
    ActionJournal(path, lambda: target).add("Heal", "done")
    assert json.loads(path.read_text())["target"] == target


def test_a_console_reads_what_was_done_to_its_own_target(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lab, account = ActionJournal(path, lambda: "the lab"), ActionJournal(path, lambda: "the account")
    lab.add("Heal", "done")
    account.add("Purge", "done")
    path.write_text(
        path.read_text() + '{"at": 1, "who": "me", "title": "Old", "outcome": "", "done": true}\n'
    )

    for journal, title in ((lab, "Heal"), (account, "Purge")):
        assert [record.title for record in journal.since(0)] == [title, "Old"]
        assert [record.title for record in journal.latest(1)] == ["Old"]
        assert [record.title for record in journal.latest(2)] == ["Old", title]
    assert len(ActionJournal(path).since(0)) == 3
