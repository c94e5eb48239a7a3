"""Setup of an installed lab: gets what pip does not bring, as `make setup` does in a checkout."""

import hashlib
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.lab.errors import CommandError, Refused
from ops.lab.local.child_environment import installer_environment
from ops.lab.local.child_process import ProgramRunner
from ops.lab.local.emulator_process import EMULATOR, EMULATOR_PYTHON
from ops.lab.progress import ProgressSteps
from ops.lab.repository import IS_CHECKOUT, REPOSITORY, SETUP_HINT

_REPORT = REPOSITORY / "ops" / "lab" / "report"


@dataclass(frozen=True)
class Package:
    """Packages of another environment, which `commands` install as the files `locks` say.

    `brought` is what is there afterwards. Without a stamp it is current only where the wheel has it.
    """

    title: str
    locks: tuple[Path, ...]
    brought: Path
    stamp: Path
    commands: tuple[tuple[str, ...], ...]
    may_be_in_the_wheel: bool = False

    def is_current(self) -> bool:
        if not self.brought.exists():
            return False
        if not self.stamp.exists():
            return self.may_be_in_the_wheel
        return self.stamp.read_text() == self._digest()

    def install(self, run: ProgramRunner) -> None:
        """Run the commands; the stamp comes last, so that an interrupted installation is begun again."""
        self.stamp.unlink(missing_ok=True)
        for command in self.commands:
            run(command, environment=installer_environment(), folder=REPOSITORY)
        self.stamp.write_text(self._digest())

    def _digest(self) -> str:
        return hashlib.sha256(b"".join(lock.read_bytes() for lock in self.locks)).hexdigest()


def set_up(run: ProgramRunner, steps: ProgressSteps) -> None:
    """Install what is missing or of another version of the lab.

    Raises Refused in a checkout, CommandError where a program fails.
    """
    if IS_CHECKOUT:
        raise Refused("this is a checkout, which has more to install", hint=SETUP_HINT)
    if shutil.which("npm") is None:
        raise CommandError("npm is not installed", hint="install Node.js 20 or newer: https://nodejs.org")
    for package in _packages():
        with steps.step(package.title) as step:
            if package.is_current():
                step.now("was installed")
            else:
                package.install(run)


def _packages() -> Iterator[Package]:
    environment = EMULATOR_PYTHON.parents[1]
    pip = (str(EMULATOR_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    requirements = EMULATOR / "requirements.txt"
    yield Package(
        "The emulator",
        locks=(requirements, EMULATOR / "pyproject.toml"),
        brought=EMULATOR_PYTHON.with_name("lab-emulator"),
        stamp=environment / ".installed",
        commands=(
            (sys.executable, "-m", "venv", "--clear", str(environment)),
            (*pip, "--require-hashes", "--requirement", str(requirements)),
            (*pip, "--no-deps", "--no-build-isolation", "--editable", str(EMULATOR)),
        ),
    )
    yield _of_npm("CDK's command line", REPOSITORY / "infra", "aws-cdk")
    # axe-core is the tests' own.
    yield _of_npm("What pages load", _REPORT, "htmx.org", "--omit=dev", may_be_in_the_wheel=True)


def _of_npm(
    title: str, folder: Path, package: str, *options: str, may_be_in_the_wheel: bool = False
) -> Package:
    return Package(
        title,
        locks=(folder / "package-lock.json",),
        brought=folder / "node_modules" / package,
        stamp=folder / "node_modules" / ".installed",
        commands=(
            ("npm", "ci", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error", *options),
        ),
        may_be_in_the_wheel=may_be_in_the_wheel,
    )
