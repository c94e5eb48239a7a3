"""What the watch sees of what is saved."""

import os
from pathlib import Path

import pytest

from ops.lab.code_watch.source_watch import SourceWatch
from tests.ops.code_watch.repository_copy import HELLO, write_repository


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return write_repository(tmp_path)


def settled(watch: SourceWatch) -> set[str]:
    """The names of what changed, once two looks saw the same."""
    watch.changed()
    return {path.name for path in watch.changed()}


def save(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 10**9, before + 10**9))  # a clock with whole seconds sees it too


def test_nothing_is_changed_at_first(repository: Path) -> None:
    assert settled(SourceWatch(repository)) == set()


@pytest.mark.parametrize("name", [HELLO, "infra/app.py", "ops/queries/slow.txt", "functions/requirements.in"])
def test_what_is_deployed_is_seen(repository: Path, name: str) -> None:
    watch = SourceWatch(repository)
    save(repository / name, "changed")
    assert settled(watch) == {Path(name).name}


@pytest.mark.parametrize(
    "name", ["functions/README.md", "functions/hello/handler.py~", "functions/hello/.handler.py.swp"]
)
def test_notes_and_what_an_editor_leaves_are_not(repository: Path, name: str) -> None:
    watch = SourceWatch(repository)
    save(repository / name, "changed")
    assert settled(watch) == set()


def test_it_waits_until_an_editor_has_finished(repository: Path) -> None:
    watch = SourceWatch(repository)
    save(repository / HELLO, "one")
    assert watch.changed() == frozenset()
    save(repository / HELLO, "another")
    assert watch.changed() == frozenset()
    assert watch.changed() == {repository / HELLO}


def test_it_tells_until_it_is_accepted(repository: Path) -> None:
    watch = SourceWatch(repository)
    save(repository / HELLO, "changed")
    settled(watch)
    changed = watch.changed()
    assert changed == {repository / HELLO}
    watch.accept(changed)
    assert watch.changed() == frozenset()


def test_what_is_saved_as_it_was_is_no_change(repository: Path) -> None:
    watch = SourceWatch(repository)
    save(repository / HELLO, (repository / HELLO).read_text())
    assert settled(watch) == set()


def test_new_and_deleted_files_are_changes(repository: Path) -> None:
    watch = SourceWatch(repository)
    save(repository / "functions/hello/new.py", "")
    (repository / HELLO).unlink()
    assert settled(watch) == {"new.py", "handler.py"}
