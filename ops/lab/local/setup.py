"""Setup of an installed lab: gets what pip does not bring, as `make setup` does in a checkout."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.lab.errors import CommandError, Refused
from ops.lab.local.child_process import ProgramRunner
from ops.lab.local.emulator_process import EMULATOR, EMULATOR_PYTHON
from ops.lab.progress import ProgressSteps
from ops.lab.repository import IS_CHECKOUT, REPOSITORY, SETUP_HINT

_REPORT = REPOSITORY / "ops" / "lab" / "report"


@dataclass(frozen=True)
class Package:
    """Packages of another environment: `installed` is a file that they bring, `commands` get them."""

    title: str
    installed: Path
    commands: tuple[tuple[str, ...], ...]


def set_up(run: ProgramRunner, steps: ProgressSteps) -> None:
    """Install what is missing. Raises Refused in a checkout, CommandError where a program fails."""
    if IS_CHECKOUT:
        raise Refused("this is a checkout, which has more to install", hint=SETUP_HINT)
    if shutil.which("npm") is None:
        raise CommandError("npm is not installed", hint="install Node.js 20 or newer: https://nodejs.org")
    for package in _packages():
        with steps.step(package.title) as step:
            if package.installed.exists():
                step.now("was installed")
                continue
            for command in package.commands:
                run(command, environment=os.environ, folder=REPOSITORY)


def _packages() -> Iterator[Package]:
    pip = (str(EMULATOR_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    yield Package(
        "The emulator",
        EMULATOR_PYTHON.with_name("lab-emulator"),
        (
            (sys.executable, "-m", "venv", "--clear", str(EMULATOR_PYTHON.parents[1])),
            (*pip, "--require-hashes", "--requirement", str(EMULATOR / "requirements.txt")),
            (*pip, "--no-deps", "--no-build-isolation", "--editable", str(EMULATOR)),
        ),
    )
    yield _of_npm("CDK's command line", REPOSITORY / "infra", "aws-cdk")
    yield _of_npm("The charts of reports", _REPORT, "uplot")


def _of_npm(title: str, folder: Path, package: str) -> Package:
    command = ("npm", "ci", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error")
    return Package(title, folder / "node_modules" / package, (command,))
