"""The machine: what a kit lacks for it is said before anything is written."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from ops.kit.installer.contents import KitContents, KitRefusal
from ops.kit.installer.machine import KitMachine, check_programs
from ops.lab.repository import REPOSITORY

CONTENTS = KitContents("1.0", "c" * 40, {"linux-x86_64": {"3.11": [], "3.12": ["grpcio==1.0"], "3.13": []}})


def machine(platform: str = "linux-x86_64", python: str = "3.11", **system: object) -> KitMachine:
    known = {"system": "glibc", "system_version": (2, 36)} | system
    return KitMachine(platform, python, **known)  # type: ignore[arg-type]


def test_a_machine_that_has_all_passes() -> None:
    machine().check(CONTENTS)
    machine(python="3.13").check(CONTENTS)


@pytest.mark.parametrize(
    ("this", "said"),
    [
        (machine("linux-riscv64"), "this kit is for linux-x86_64, and this machine is linux-riscv64"),
        (
            machine(system_version=(2, 17)),
            "a Linux with glibc 2.28 or later, and this machine has glibc 2.17",
        ),
        (machine(system="no glibc", system_version=()), "and this machine has no glibc"),
        (machine(python="3.12"), "for Python 3.12 on linux-x86_64 this kit lacks grpcio==1.0"),
        (machine(python="3.14"), "packages for Python 3.11, 3.13 on linux-x86_64, not for 3.14"),
    ],
    ids=lambda value: value.platform if isinstance(value, KitMachine) else None,
)
def test_what_a_machine_cannot_have_is_said(this: KitMachine, said: str) -> None:
    with pytest.raises(KitRefusal) as refused:
        this.check(CONTENTS)
    assert said in str(refused.value)


def test_the_hint_names_a_python_that_does() -> None:
    with pytest.raises(KitRefusal) as refused:
        machine(python="3.12").check(CONTENTS)
    assert "PYTHON=python3.13 ./lab-kit install" in refused.value.hint


def test_a_mac_is_compared_with_macos() -> None:
    contents = KitContents("1.0", "c" * 40, {"macos-arm64": {"3.11": []}})
    machine("macos-arm64", system="macOS", system_version=(14, 5)).check(contents)
    with pytest.raises(KitRefusal, match=r"macOS 14 or later, and this machine has macOS 12\.7"):
        machine("macos-arm64", system="macOS", system_version=(12, 7)).check(contents)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Sources with the Makefile of this checkout."""
    archive = tmp_path / "sources.tar.gz"
    with tarfile.open(archive, "w:gz") as members:
        text = (REPOSITORY / "Makefile").read_bytes()
        member = tarfile.TarInfo("Makefile")
        member.size = len(text)
        members.addfile(member, io.BytesIO(text))
    return archive


def test_the_programs_of_this_machine_pass(sources: Path, tmp_path: Path) -> None:
    check_programs(sources)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "lab") == ["sources.tar.gz"]


def test_an_old_node_is_refused_in_the_words_of_the_makefile(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "node").write_text("#!/bin/sh\nexit 1\n")  # as of a version below 20
    (programs / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(KitRefusal, match="Node 20 or later is needed"):
        check_programs(sources)


def test_a_missing_program_is_named(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(KitRefusal, match="make is not installed"):
        check_programs(sources)
