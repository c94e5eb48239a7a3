"""The list of checksums: what sha256sum reads, and a kit that is not as it was made is refused by file."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ops.kit.installer.checksums import LIST, KitChecksums, write_checksums
from ops.kit.installer.contents import KitRefusal


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    for name in ("wheels/a b.whl", "npm/c.tgz", "README.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"this is {name}")
    write_checksums(tmp_path)
    return tmp_path


def test_a_kit_as_it_was_made_passes(kit: Path) -> None:
    checksums = KitChecksums.read(kit)
    checksums.verify()
    assert sorted(checksums.expected) == ["README.txt", "npm/c.tgz", "wheels/a b.whl"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_sha256sum_reads_the_list(kit: Path) -> None:
    assert subprocess.run(["sha256sum", "--check", "--strict", LIST], cwd=kit, check=False).returncode == 0


def test_a_changed_and_a_missing_file_are_named(kit: Path) -> None:
    (kit / "wheels/a b.whl").write_text("another")
    (kit / "npm/c.tgz").unlink()
    with pytest.raises(KitRefusal, match=r"npm/c\.tgz is missing, wheels/a b\.whl is changed") as refused:
        KitChecksums.read(kit).verify()
    assert "copy the kit again" in str(refused.value)


def test_a_file_that_came_later_is_named_where_installers_would_find_it(kit: Path) -> None:
    (kit / "wheels/evil.whl").write_text("x")
    with pytest.raises(KitRefusal, match=r"wheels/evil\.whl does not belong to it"):
        KitChecksums.read(kit).verify()


def test_the_installed_lab_may_lie_in_the_kit(kit: Path) -> None:
    (kit / "dlq-reliability-lab").mkdir()
    (kit / "dlq-reliability-lab/README.md").write_text("x")
    KitChecksums.read(kit).verify()


@pytest.mark.parametrize("text", ["", "abc  README.txt\n", "no list at all\n"])
def test_a_damaged_list_is_refused(kit: Path, text: str) -> None:
    (kit / LIST).write_text(text)
    with pytest.raises(KitRefusal):
        KitChecksums.read(kit).verify()


def test_a_missing_list_is_refused(kit: Path) -> None:
    (kit / LIST).unlink()
    with pytest.raises(KitRefusal, match="SHA256SUMS cannot be read"):
        KitChecksums.read(kit)
