"""The sources of a kit: a commit, and nothing that is not committed."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from ops.kit.installer.installation import unpack
from ops.kit.kit_sources import KitSources
from ops.lab.errors import CommandError, Refused


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    _git(folder, "init")
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.2"\n')
    _git(folder, "add", ".")
    _git(folder, "commit", "--message", "Begin")
    return folder


def test_the_current_commit_is_archived_the_same_each_time(repository: Path, tmp_path: Path) -> None:
    sources = KitSources.find(repository, None)
    assert (len(sources.commit), sources.version()) == (40, "1.2")
    first, second = tmp_path / "a/first.tar.gz", tmp_path / "second.tar.gz"
    sources.archive(first)
    sources.archive(second)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        assert archive.getnames() == ["pyproject.toml"]
    unpack(first, tmp_path / "unpacked")
    assert (tmp_path / "unpacked/pyproject.toml").read_text().startswith("[project]")


@pytest.mark.parametrize("name", ["pyproject.toml", "new.py"])
def test_changes_are_refused_and_left_out_where_a_commit_is_named(repository: Path, name: str) -> None:
    (repository / name).write_text('[project]\nversion = "9"\n')
    with pytest.raises(Refused, match=f"not committed: {name}"):
        KitSources.find(repository, None)
    assert KitSources.find(repository, "HEAD").version() == "1.2"


@pytest.mark.parametrize("commit", ["nowhere", "--help"])
def test_an_unknown_commit_is_refused(repository: Path, commit: str) -> None:
    with pytest.raises(CommandError, match="git rev-parse"):
        KitSources.find(repository, commit)


def test_a_folder_without_git_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "plain"
    folder.mkdir()
    with pytest.raises(CommandError, match="not a git repository"):
        KitSources.find(folder, "HEAD")
