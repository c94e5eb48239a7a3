"""A kit made by `make bundle`: it installs, and its lab comes up, where there is nothing but loopback."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.kit.installer.installation import unpack
from ops.kit.installer.machine import KitMachine
from ops.kit.locked_package import LOCKS, locked_packages
from ops.lab.local.ports import free_port
from ops.lab.repository import REPOSITORY
from tests.kit.sealed_room import SealedRoom

# On a machine that is busy otherwise.
pytestmark = pytest.mark.timeout(1500)
LIMIT_SECONDS = 1200
_PYTHON = os.path.realpath(sys.executable)

# One shell: the emulator that `up` leaves in the background is reached in this namespace alone.
_SESSION = """
set -eu
./lab-kit install "$FOLDER"
echo "== home after the installation: $(find "$HOME" -mindepth 1 | wc -l)"
echo "== temporary files after the installation: $(find "$TMPDIR" -mindepth 1 | wc -l)"
cd "$FOLDER"
trap '.venv/bin/lab down' EXIT
.venv/bin/lab up
.venv/bin/lab send --count 1 --wait
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> SealedRoom:
    room = SealedRoom(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("temporary"))
    refusal = room.refusal()
    if refusal:
        pytest.skip(refusal)
    return room


@pytest.fixture(scope="module")
def kit(room: SealedRoom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit's folder, unpacked, for this machine's platform and Python."""
    destination = tmp_path_factory.mktemp("dist")
    this = KitMachine.this()
    # fmt: off
    command = [
        sys.executable, "-m", "ops.kit", "--python", _PYTHON, "--platforms", this.platform,
        "--pythons", this.python, "--commit", _working_tree(), "--destination", str(destination),
    ]
    # fmt: on
    made = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    [file] = destination.iterdir()
    unpack(file, destination)
    file.unlink()
    [folder] = destination.iterdir()
    return folder


def _working_tree() -> str:
    """A commit of the tracked files as they are now, which no branch has; or the current one."""
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    command = ["git", *who, "stash", "create"]
    made = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return made.stdout.strip() or "HEAD"


def test_every_package_has_a_checksum_of_the_locks(kit: Path) -> None:
    locked = {
        each.removeprefix("sha256:")
        for lock in LOCKS
        for package in locked_packages(REPOSITORY / lock)
        for each in package.hashes
    }
    files = sorted((kit / "wheels").iterdir())
    assert len(files) > 200
    foreign = [each.name for each in files if hashlib.sha256(each.read_bytes()).hexdigest() not in locked]
    assert foreign == []


def test_the_lab_comes_up_from_empty_caches(kit: Path, room: SealedRoom, tmp_path: Path) -> None:
    folder = tmp_path / "a fresh folder"
    said = room.run(
        "sh",
        "-c",
        _SESSION,
        folder=kit,
        limit_seconds=LIMIT_SECONDS,
        FOLDER=str(folder),
        PYTHON=_PYTHON,
        LAB_PORT=str(free_port()),
    )
    assert said.returncode == 0, said.stdout
    assert "== home after the installation: 0\n" in said.stdout
    assert "== temporary files after the installation: 0\n" in said.stdout
    assert "in DynamoDB: SUCCEEDED" in said.stdout
    assert sorted(path.name for path in (folder / ".tools").iterdir()) == ["bin", "kit-unpacked"]
