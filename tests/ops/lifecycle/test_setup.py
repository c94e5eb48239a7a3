"""Setup of an installed lab: what it installs, and when again."""

from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from ops.lab.errors import CommandError, Refused
from ops.lab.lifecycle import setup
from ops.lab.progress import ProgressSteps

LOCKS = (
    "emulator/requirements.txt",
    "emulator/pyproject.toml",
    "infra/package-lock.json",
    "report/package-lock.json",
)
# The folder that a command names, and what the command brings there.
BROUGHT = {
    "emulator": "emulator/.venv/bin/lab-emulator",
    "infra": "infra/node_modules/aws-cdk",
    "report": "report/node_modules/htmx.org",
}


class Runs(list[list[str]]):
    """Takes the place of running a program: keeps what would have been run, and leaves what it brings."""

    def __call__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        on_line: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.append(list(arguments))
        for installs, brought in BROUGHT.items():
            if str(folder / installs) in arguments:
                (folder / brought).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed copy of the repository, in which nothing is set up, on a machine with npm."""
    monkeypatch.setattr(setup, "IS_CHECKOUT", False)
    monkeypatch.setattr(setup, "REPOSITORY", tmp_path)
    monkeypatch.setattr(setup, "EMULATOR", tmp_path / "emulator")
    monkeypatch.setattr(setup, "EMULATOR_PYTHON", tmp_path / "emulator/.venv/bin/python")
    monkeypatch.setattr(setup, "_REPORT", tmp_path / "report")
    monkeypatch.setattr("shutil.which", lambda _program: "/bin/npm")
    for lock in LOCKS:
        (tmp_path / lock).parent.mkdir(exist_ok=True)
        (tmp_path / lock).write_text(lock)
    return tmp_path


def set_up() -> tuple[Runs, str]:
    runs, shown = Runs(), StringIO()
    setup.set_up(runs, ProgressSteps(Console(file=shown)))
    return runs, shown.getvalue()


def test_installs_by_the_lock_files_what_pip_does_not_bring(installed: Path) -> None:
    runs, _ = set_up()
    environment, packages, extension, cdk, charts = runs
    assert environment[-1] == str(installed / "emulator/.venv")
    assert packages[-3:] == [
        "--require-hashes",
        "--requirement",
        str(installed / "emulator/requirements.txt"),
    ]
    assert extension[-2:] == ["--editable", str(installed / "emulator")]
    assert cdk[:4] == ["npm", "ci", "--prefix", str(installed / "infra")]
    assert charts[:4] == ["npm", "ci", "--prefix", str(installed / "report")]
    assert "--omit=dev" in charts


@pytest.mark.usefixtures("installed")
def test_the_second_time_there_is_nothing_to_do() -> None:
    set_up()
    runs, shown = set_up()
    assert runs == []
    assert shown.count("was installed") == 3


@pytest.mark.parametrize(("lock", "commands"), list(zip(LOCKS, (3, 3, 1, 1), strict=True)))
def test_what_another_version_of_the_lab_brought_is_installed_again(
    installed: Path, lock: str, commands: int
) -> None:
    set_up()
    (installed / lock).write_text("of another version")
    runs, _ = set_up()
    assert len(runs) == commands


def test_what_pages_load_needs_no_npm_where_the_wheel_has_it(installed: Path) -> None:
    (installed / "report/node_modules/htmx.org").mkdir(parents=True)
    runs, _ = set_up()
    assert [run[3] for run in runs if run[0] == "npm"] == [str(installed / "infra")]


@pytest.mark.usefixtures("installed")
def test_a_machine_without_npm_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: None)
    with pytest.raises(CommandError, match="npm is not installed") as failure:
        set_up()
    assert "nodejs.org" in failure.value.hint


def test_a_checkout_is_set_up_by_make() -> None:
    with pytest.raises(Refused, match="checkout") as refusal:
        set_up()
    assert refusal.value.hint == "run `make setup`"
