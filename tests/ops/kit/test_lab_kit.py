"""The script `lab-kit`, as a person calls it on a machine with nothing but Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops.kit.bundle import write_program
from ops.kit.installer.checksums import write_checksums
from ops.kit.installer.contents import KitContents
from ops.kit.installer.machine import KitMachine
from ops.lab.repository import REPOSITORY
from tests.ops.kit.kit_files import write_tarball


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit for this machine, without packages."""
    folder = tmp_path / "the kit"
    folder.mkdir()
    write_program(REPOSITORY, folder)
    this = KitMachine.this()
    contents = KitContents("1.0", "c" * 40, {this.platform: {this.python: []}})
    contents.write(folder)
    makefile = (REPOSITORY / "Makefile").read_text()
    write_tarball(folder / contents.sources, {"Makefile": makefile})
    write_checksums(folder)
    return folder


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """Python without any package, and without what the caller's environment adds."""
    return _program(tmp_path / "bare-python", f'exec "{sys.executable}" -S "$@"')


def _program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def _lab_kit(kit: Path, python: Path | str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(kit / "lab-kit"), *arguments],
        cwd=kit.parent,
        env=os.environ | {"PYTHON": str(python), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_verify_needs_nothing_but_python_and_leaves_the_kit_as_it_was(kit: Path, bare_python: Path) -> None:
    before = sorted(kit.rglob("*"))
    said = _lab_kit(kit, bare_python, "verify")
    assert said.returncode == 0, said.stderr
    assert "files are as they were made: lab 1.0, commit cccccccccccc" in said.stdout
    assert "this machine has what is needed" in said.stdout
    assert sorted(kit.rglob("*")) == before


@pytest.mark.parametrize("command", ["verify", "install"])
def test_a_changed_file_is_refused_before_anything_is_written(
    kit: Path, bare_python: Path, command: str
) -> None:
    [sources] = (kit / "sources").iterdir()
    with sources.open("ab") as file:
        file.write(b"x")
    said = _lab_kit(kit, bare_python, command)
    assert said.returncode == 1
    assert said.stderr.splitlines() == [
        f"✗ this kit is not as it was made: sources/{sources.name} is changed",
        "  copy the kit again and unpack it into a new folder",
    ]
    assert not (kit.parent / "dlq-reliability-lab").exists()


def test_an_old_python_is_refused_by_name(kit: Path, tmp_path: Path) -> None:
    old = _program(tmp_path / "python3.9", '[ "$1" = --version ] && echo Python 3.9.2 && exit; exit 1')
    said = _lab_kit(kit, old, "install")
    assert said.returncode == 1
    assert said.stderr.splitlines() == [
        f"✗ Python 3.11 or later is needed, and `{old}` is Python 3.9.2",
        "  name another one: PYTHON=/path/to/python3.11 ./lab-kit install",
    ]


def test_a_missing_python_is_refused(kit: Path) -> None:
    said = _lab_kit(kit, "/no/python3", "verify")
    assert said.returncode == 1
    assert said.stderr.startswith("✗ Python 3.11 or later is needed")


def test_an_unknown_command_is_refused_with_the_known_ones(kit: Path, bare_python: Path) -> None:
    said = _lab_kit(kit, bare_python, "remove")
    assert said.returncode == 2
    assert "verify" in said.stderr
    assert "install" in said.stderr


@pytest.mark.skipif(shutil.which("dash") is None, reason="no dash on this machine")
def test_the_script_is_plain_sh() -> None:
    script = REPOSITORY / "ops/kit/installer/lab-kit"
    assert subprocess.run(["dash", "-n", str(script)], check=False).returncode == 0
