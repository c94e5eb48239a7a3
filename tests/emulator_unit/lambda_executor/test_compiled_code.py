"""Compiled code: there for the first start of a function, whatever else is among it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from lab_emulator.lambda_executor.compiled_code import compile_aside
from ops.lab.waiting import eventually

WITHIN = 30


def test_modules_are_compiled_as_they_lie(tmp_path: Path) -> None:
    module = written(tmp_path / "package" / "deep" / "module.py", "ANSWER = 42")
    compile_aside([tmp_path / "package"])
    eventually(lambda: compiled(module).exists(), within=WITHIN, every=0.05)
    seen = "import sys; from package.deep import module; print(module.__file__, module.__cached__)"
    before = compiled(module).stat().st_mtime_ns
    ran = subprocess.run([sys.executable, "-c", seen], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.split() == [str(module), str(compiled(module))], ran.stderr
    assert compiled(module).stat().st_mtime_ns == before  # it was taken, and not made again


def test_what_cannot_be_compiled_hinders_nothing(tmp_path: Path) -> None:
    written(tmp_path / "a_broken.py", "def (:")
    module = written(tmp_path / "module.py", "ANSWER = 42")
    compile_aside([tmp_path / "gone", tmp_path])
    eventually(lambda: compiled(module).exists(), within=WITHIN, every=0.05)


def written(path: Path, source: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    return path


def compiled(module: Path) -> Path:
    return Path(importlib.util.cache_from_source(os.fspath(module)))
