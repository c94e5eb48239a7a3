"""The model can fail: it catches each of the faults that reliability hangs on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from functions.files.processor.file_journal import FileJournal, RowBatchState, UnsettledRows
from functions.files.processor.file_run import FileRun
from functions.files.processor.rejects import Rejects
from tests.functions.files.crash_model.stories import STORIES, Story


def sending_is_not_recorded(patch: pytest.MonkeyPatch) -> None:
    write = FileJournal.write

    def forgetful(journal: FileJournal, documents: Sequence[Mapping[str, Any]]) -> None:
        kept = [each for each in documents if each.get("state") != RowBatchState.SENDING]
        if kept:
            write(journal, kept)

    patch.setattr(FileJournal, "write", forgetful)


def what_is_unsettled_is_not_read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(FileJournal, "unsettled", lambda *_: UnsettledRows())


def what_was_begun_counts_as_delivered(patch: pytest.MonkeyPatch) -> None:
    of = UnsettledRows.of
    patch.setattr(UnsettledRows, "of", lambda records: UnsettledRows(delivered=of(records).in_doubt))


def parts_are_discarded_before_success(patch: pytest.MonkeyPatch) -> None:
    merge = Rejects.merge

    def eager(rejects: Rejects, *rest: int) -> None:
        merge(rejects, *rest)
        rejects.discard_parts()

    patch.setattr(Rejects, "merge", eager)


def merging_begins_anew(patch: pytest.MonkeyPatch) -> None:
    merge = Rejects.merge
    patch.setattr(Rejects, "merge", lambda rejects, *_: merge(rejects))


def rejects_are_kept_in_memory(patch: pytest.MonkeyPatch) -> None:
    write = Rejects.write
    waiting: dict[int, tuple[Any, ...]] = {}  # by the process that has them in memory
    patch.setattr(Rejects, "write", lambda rejects, *rest: waiting.update({id(rejects): rest}))
    finish = FileRun._finish

    def finished(run: FileRun) -> Any:
        if rest := waiting.pop(id(run.rejects), None):
            write(run.rejects, *rest)
        return finish(run)

    patch.setattr(FileRun, "_finish", finished)


def killed(story: Story) -> Iterator[list[str]]:
    """The violations, whichever row the process dies after."""
    return (story.run(kills_at=(f"o{row}", True)) for row in (1, 3, 4, 8))


def redriven(_: Story) -> Iterator[list[str]]:
    """The violations after a failure for good and a redrive."""
    return (story.run() for story in STORIES if story.name == "failed-for-good")


def crashed(story: Story) -> Iterator[list[str]]:
    """The violations, whichever write to the table the process dies after."""
    crashes = [crash for name, crash in story.crashes().items() if "dynamodb" in name and "after" in name]
    return (story.run(crash) for crash in crashes)


@pytest.mark.parametrize(
    ("apply", "runs", "symptom"),
    [
        (sending_is_not_recorded, killed, "which 0 batches tell of"),
        (what_is_unsettled_is_not_read, killed, "which 0 batches tell of"),
        (what_was_begun_counts_as_delivered, killed, "never taken"),
        (parts_are_discarded_before_success, crashed, "the rejects are"),
        (merging_begins_anew, redriven, "the rejects are"),
        (rejects_are_kept_in_memory, crashed, "the rejects are"),
    ],
)
def test_the_model_catches_a_fault(
    apply: Callable[[pytest.MonkeyPatch], None],
    runs: Callable[[Story], Iterator[list[str]]],
    symptom: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [story] = [story for story in STORIES if story.name == "tainted"]
    story.crashes()  # numbered before the code is broken
    apply(monkeypatch)
    assert any(symptom in line for lines in runs(story) for line in lines)
