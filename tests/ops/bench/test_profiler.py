"""Profiler: what is written while the block runs, and what is said where nothing is."""

import os
from pathlib import Path

import pytest

from ops.lab.bench.profiler import profiling
from ops.lab.errors import CommandError
from ops.lab.waiting import eventually

# In the place of py-spy: writes at SIGINT what it was called with, as py-spy does its samples. Like py-spy,
# and unlike a shell's trap, it takes the signal even where it was started with SIGINT ignored.
_WRITER = """#!/usr/bin/env python3
import pathlib, signal, sys
path = pathlib.Path(sys.argv[7])
def write(*_):
    path.write_text(" ".join(sys.argv[1:]))
    sys.exit()
signal.signal(signal.SIGINT, write)
pathlib.Path(f"{path}.ready").touch()
while True:
    signal.pause()
"""
_REFUSER = """#!/bin/sh
echo 'Permission Denied: Try running again with elevated permissions'
touch "$7.ready"
exit 1
"""


def _program(folder: Path, script: str) -> str:
    path = folder / "py-spy"
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(("name", "form"), [("a.svg", "flamegraph"), ("a.json", "speedscope")])
def test_the_profile_is_written_at_the_end_of_the_block(tmp_path: Path, name: str, form: str) -> None:
    path = tmp_path / "profiles" / name
    with profiling(_program(tmp_path, _WRITER), os.getpid(), path):
        eventually(path.with_name(f"{name}.ready").exists, within=30, what="the profiler's start")
        assert not path.exists()

    said = path.read_text().split()
    assert said[:3] == ["record", "--pid", str(os.getpid())]
    assert said[said.index("--format") + 1] == form


def test_what_py_spy_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    with (
        pytest.raises(CommandError, match="wrote no") as failed,
        profiling(_program(tmp_path, _REFUSER), os.getpid(), tmp_path / "a.svg"),
    ):
        eventually((tmp_path / "a.svg.ready").exists, within=30, what="the profiler's refusal")

    assert "Permission Denied" in failed.value.hint


def test_an_interrupt_ends_it_too(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    with (
        pytest.raises(KeyboardInterrupt),
        profiling(_program(tmp_path, _WRITER), os.getpid(), path),
    ):
        raise KeyboardInterrupt

    assert not path.exists()
