"""The Makefile, wherever the checkout lies and whatever the caller's shell has set."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ops.lab.repository import REPOSITORY

FOLDERS = {
    "blanks": "a b (1)/lab",
    "quotes": """it's "the" lab; $HOME & `co`""",
    "unicode": "Übungen/実験",
    "long": "/".join(["a" * 60] * 4),
}
PACKAGES = ("package.json", "package-lock.json")
# In place of uv and npm: writes down where it was called, with what, and what it leaves behind.
PROGRAM = """\
#!/bin/sh
foreign=$PYTHONPATH$NODE_OPTIONS$VIRTUAL_ENV
printf '%s|%s|%s|%s|%s\\n' "$(basename "$0")" "$PWD" "$*" "$NO_PROXY" "$foreign" >> "$CALLS"
for last; do :; done
case "$1" in venv) mkdir -p "$last" ;; ci) mkdir -p node_modules ;; esac
"""


@pytest.fixture(params=list(FOLDERS.values()), ids=list(FOLDERS))
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A checkout of what `make setup` reads."""
    folder: Path = tmp_path / request.param
    for name in (
        "Makefile",
        "pyproject.toml",
        "requirements.txt",
        "ops/uv.txt",
        "ops/emulator/requirements.txt",
        "ops/emulator/pyproject.toml",
        *(f"{where}/{what}" for where in ("infra", "ops/lab/report") for what in PACKAGES),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, folder / name)
    return folder


def _make(checkout: Path, tmp_path: Path, target: str, **variables: str) -> list[list[str]]:
    """Run make with programs that only write down their calls; return those, field by field."""
    programs, calls = tmp_path / "my programs", tmp_path / "calls"
    programs.mkdir()
    for name in ("uv", "npm"):
        (programs / name).write_text(PROGRAM)
        (programs / name).chmod(0o755)
    ended = subprocess.run(
        ["make", target],
        cwd=checkout,
        env=os.environ
        | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "CALLS": str(calls)}
        | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [line.split("|") for line in calls.read_text().splitlines()] if calls.exists() else []


def test_setup_works_in_any_folder(checkout: Path, tmp_path: Path) -> None:
    calls = _make(checkout, tmp_path, "setup")
    venv = "venv --quiet --allow-existing --python python3"
    sync, install = "pip sync --quiet --require-hashes", "pip install --quiet --no-deps --no-build-isolation"
    of_uv = [call[2] for call in calls if call[0] == "uv"]  # two environments at once, each in its order
    emulator, lab = (
        [call for call in of_uv if "emulator" in call],
        [call for call in of_uv if "emulator" not in call],
    )
    assert lab == [
        f"{venv} .venv",
        f"{sync} --python .venv requirements.txt",
        f"{install} --python .venv --editable .",
    ]
    assert emulator == [
        f"{venv} ops/emulator/.venv",
        f"{sync} --python ops/emulator/.venv ops/emulator/requirements.txt",
        f"{install} --python ops/emulator/.venv --editable ops/emulator",
    ]
    folders = {Path(call[1]) for call in calls if call[0] == "npm"}
    assert folders == {checkout / "infra", checkout / "ops/lab/report"}


@pytest.mark.parametrize("checkout", [FOLDERS["blanks"]], indirect=True)
def test_setup_keeps_clear_of_the_callers_other_projects(checkout: Path, tmp_path: Path) -> None:
    foreign = {"PYTHONPATH": "/other", "NODE_OPTIONS": "--no-warnings", "VIRTUAL_ENV": "/other/.venv"}
    proxies = {"http_proxy": "http://proxy:3128", "NO_PROXY": "intranet", "no_proxy": ""}
    calls = _make(checkout, tmp_path, "setup", **foreign, **proxies)
    assert {call[3] for call in calls} == {"intranet,127.0.0.1,localhost,::1"}
    assert {call[4] for call in calls} == {""}


@pytest.mark.parametrize("checkout", [FOLDERS["quotes"]], indirect=True)
def test_a_checkout_behind_a_symlink_is_set_up(checkout: Path, tmp_path: Path) -> None:
    link = tmp_path / "the link"
    link.symlink_to(checkout)
    assert len(_make(link, tmp_path, "setup")) == 8


def test_help_names_every_target_that_says_what_it_is() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    named = [line.partition(":")[0] for line in makefile.splitlines() if ":" in line and " ## " in line]
    ended = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert {line.split()[1] for line in ended.stdout.splitlines()} == {
        name for name in named if re.fullmatch("[a-z-]+", name)
    }
    assert {"up", "test"} <= set(named)
