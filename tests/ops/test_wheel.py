"""The wheel: it holds the lab as a whole, and the lab runs from it outside the checkout."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.lab.repository import REPOSITORY

PACKAGES = ["functions", "infra", "ops", "scenarios"]
LIBRARIES = "ops/lab/report/node_modules/"


@dataclass(frozen=True)
class InstalledLab:
    """What a wheel's installation leaves in `site`, called in the empty folder `workplace`."""

    site: Path
    workplace: Path

    def call(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.run("-m", "ops.lab", *arguments)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        # The libraries are those of this environment: what they are is tested below.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.workplace,
            env=environment | {"PYTHONPATH": str(self.site), "COLUMNS": "200", "LAB_PORT": "1"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> InstalledLab:
    site = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return InstalledLab(site, tmp_path_factory.mktemp("elsewhere"))


def test_every_file_of_the_packages_is_in_it_and_nothing_else(wheel: Path) -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    sources = {path for path in listed.splitlines() if (REPOSITORY / path).exists()}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {name for name in names if not name.startswith(LIBRARIES)} == sources


def test_it_has_what_pages_load_with_the_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = {name.removeprefix(LIBRARIES) for name in archive.namelist() if name.startswith(LIBRARIES)}
    assert found == {
        "htmx.org/LICENSE",
        "htmx.org/dist/htmx.min.js",
        "idiomorph/LICENSE",
        "idiomorph/dist/idiomorph-ext.min.js",
        "uplot/LICENSE",
        "uplot/dist/uPlot.iife.min.js",
        "uplot/dist/uPlot.min.css",
    }


def test_the_console_finds_its_templates_scripts_and_libraries(installed: InstalledLab) -> None:
    code = (
        "from pathlib import Path; from ops.lab.app.target import Target;"
        " from ops.lab.console.serving import app;"
        " from ops.lab.commands.console import console_context, TargetName;"
        " from starlette.testclient import TestClient;"
        " context = console_context("
        "TargetName.RUNNING, None, port=8080, allow_changes=False, reports=Path('r'));"
        " browser = TestClient(app.create_app(context), base_url='http://127.0.0.1:8080');"
        " print(*(browser.get(p).status_code for p in ('/', '/static/frame.css', '/library/htmx.js')));"
        " print(app.__file__)"
    )
    said = installed.run("-W", "ignore", "-c", code)
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == ["200 200 200", str(installed.site / "ops/lab/console/serving/app.py")]


def test_it_asks_for_what_its_packages_ask_for_at_the_versions_that_are_locked() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    build = {"hatchling", "editables"}  # which the lab does not run with
    wanted = {
        re.split("[<>=]", line.strip())[0]
        for name in ("functions", "infra", "ops/lab")
        for line in (REPOSITORY / name / "requirements.in").read_text().splitlines()
        if line.strip() and not line.startswith(("#", "-"))
    }
    asked = dict(requirement.split("==") for requirement in project["dependencies"])
    assert set(asked) == wanted - build
    extra = dict(requirement.split("==") for requirement in project["optional-dependencies"]["scenarios"])
    locked = dict(re.findall(r"^(\S+)==(\S+)", (REPOSITORY / "requirements.txt").read_text(), re.M))
    for requirement, version in (asked | extra).items():
        assert locked[requirement.partition("[")[0]] == version, requirement


def test_the_command_answers_outside_the_checkout(installed: InstalledLab) -> None:
    help_ = installed.call("--help")
    assert help_.returncode == 0, help_.stderr
    assert "redrive" in help_.stdout
    settings = installed.call("settings", "--json")
    assert "maxReceiveCount" in {setting["key"] for setting in json.loads(settings.stdout)}, settings.stderr
    drills = installed.call("drill", "list")
    assert "poison_payload" in drills.stdout, drills.stderr


def test_a_missing_emulator_is_a_line_and_a_hint_and_nothing_is_written_beside_the_packages(
    installed: InstalledLab,
) -> None:
    before = {path for path in installed.site.rglob("*") if "__pycache__" not in path.parts}
    refused = installed.call("up")
    assert refused.returncode != 0
    assert refused.stderr.splitlines() == ["✗ the emulator is not installed", "  run `lab setup`"]
    assert (installed.workplace / ".lab").is_dir()
    assert {path for path in installed.site.rglob("*") if "__pycache__" not in path.parts} == before
