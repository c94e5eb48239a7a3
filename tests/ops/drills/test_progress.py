"""The progress file: what another process reads of a drill while it runs, and after it was killed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ops.lab.drills.declaration import DrillCheck, DrillVerdict, at_least
from ops.lab.drills.journal import Phase
from ops.lab.drills.progress import DrillProgress, read_progress
from ops.lab.drills.progress_file import ProgressWriter
from ops.lab.drills.scene import Scene
from ops.lab.drills.watcher import Watcher
from ops.lab.drills.watcher_group import WatcherGroup
from tests.ops.drills.conftest import Diary, Parts, new_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab" / "progress.jsonl"


@pytest.fixture
def parts(diary: Diary) -> Parts:
    return Parts(
        hypothesis=(diary.check("steady"),),
        method=(diary.step("inject"),),
        observations=(diary.check("observe"),),
        repair=(diary.step("repair"),),
    )


def _read(path: Path) -> DrillProgress:
    progress = read_progress(path)
    assert progress is not None
    return progress


def test_every_phase_step_and_check_is_read_as_it_was_done(path: Path, parts: Parts, scene: Scene) -> None:
    journal = new_journal()
    parts.run(scene, journal, watcher=ProgressWriter(path)).carry_out()
    progress = _read(path)
    assert (progress.drill, progress.pid, progress.started_at) == ("drill", os.getpid(), journal.started_at)
    assert (progress.verdict, progress.reason) == (journal.verdict, journal.reason)
    assert [(each.name, each.begins) for each in progress.phases] == [
        (each.name, each.begins) for each in journal.phases
    ]
    assert None not in [each.ends for each in progress.phases]
    told = [record for each in progress.phases for record in each.records]
    assert sorted(map(repr, told)) == sorted(map(repr, [*journal.steps, *journal.checks]))
    assert (progress.doing, progress.awaited) == ("", {})


def test_what_is_done_and_awaited_now_is_told_with_its_time(path: Path) -> None:
    writer = ProgressWriter(path)
    writer.began(new_journal())
    writer.phase(Phase.OBSERVATIONS)
    check = DrillCheck("messages in the DLQ", lambda _: 3, at_least(20))
    for value in (3, 3, 3, 4):
        writer.looking(check, value, 30.0)
    progress = _read(path)
    [awaited] = progress.awaited.values()
    assert (awaited.title, awaited.expected, awaited.value) == ("messages in the DLQ", "≥ 20", "4")
    assert 30.0 <= awaited.until < 40.0
    assert path.read_text().count('"awaited"') == 2, "a value that stays is one line"
    writer.phase(Phase.REPAIR)
    writer.doing("redrive")
    progress = _read(path)
    assert (progress.doing, progress.awaited, progress.phase) == ("redrive", {}, Phase.REPAIR)
    assert progress.phases[0].unjudged == [awaited]


def test_a_drill_that_was_killed_has_no_verdict(path: Path) -> None:
    writer = ProgressWriter(path)
    writer.began(new_journal())
    writer.phase(Phase.METHOD)
    with path.open("a") as file:
        file.write('{"event": "doi')  # it was writing a line
    progress = _read(path)
    assert (progress.verdict, progress.phase) == (None, Phase.METHOD)
    [(name, begins, ends)] = progress.spans()
    assert (name, begins >= progress.started_at, ends) == ("method", True, None)


def test_an_interrupted_drill_tells_its_rollback_and_is_inconclusive(
    path: Path, parts: Parts, diary: Diary, scene: Scene
) -> None:
    parts.method = (diary.step("inject"), diary.step("load", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        parts.run(scene, new_journal(), watcher=ProgressWriter(path)).carry_out()
    progress = _read(path)
    assert (progress.verdict, progress.reason) == (DrillVerdict.INCONCLUSIVE, "interrupted")
    assert [record.title for record in progress.phases[-1].records] == ["take back: inject"]


def test_the_next_drill_begins_the_file_anew(path: Path) -> None:
    for _ in range(2):
        writer = ProgressWriter(path)
        writer.began(new_journal())
        writer.phase(Phase.METHOD)
        writer.ended()
    assert len(path.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]\n",
        '{"event": "phase", "at": 1, "name": "method"}\n',
        '{"event": "began", "unknown": 1}\n',
        '{"event": "began"}\n',
    ],
)
def test_what_is_no_progress_is_none(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    assert read_progress(path) is None


def test_a_line_of_another_version_hides_all_of_it(path: Path) -> None:
    ProgressWriter(path).began(new_journal())
    with path.open("a") as file:
        file.write(json.dumps({"event": "phase", "at": 1, "name": "no such phase"}) + "\n")
    assert read_progress(path) is None


def test_a_folder_that_cannot_be_written_ends_no_drill(tmp_path: Path, parts: Parts, scene: Scene) -> None:
    (tmp_path / "file").write_text("")
    journal = new_journal()
    parts.run(scene, journal, watcher=ProgressWriter(tmp_path / "file" / "progress.jsonl")).carry_out()
    assert journal.verdict is DrillVerdict.HELD


def test_each_watcher_of_a_group_is_told_everything(
    tmp_path: Path, parts: Parts, scene: Scene, count_told: Callable[[], tuple[list[str], Watcher]]
) -> None:
    (one, first), (other, second) = count_told(), count_told()
    parts.run(scene, new_journal(), watcher=WatcherGroup(first, second)).carry_out()
    assert one == other
    assert set(one) == {"began", "phase", "doing", "did", "judged", "ended"}


def test_a_group_leaves_out_no_method_of_a_watcher() -> None:
    told = [name for name in vars(Watcher) if not name.startswith("_")]
    assert [name for name in told if name not in vars(WatcherGroup)] == []


@pytest.fixture
def count_told() -> Callable[[], tuple[list[str], Watcher]]:
    def make() -> tuple[list[str], Watcher]:
        told: list[str] = []

        class Telling(Watcher):
            def __getattribute__(self, name: str) -> object:
                if not name.startswith("_"):
                    told.append(name)
                return super().__getattribute__(name)

        return told, Telling()

    return make
