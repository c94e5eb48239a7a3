"""Every check of the lab, one after another: what `make test` runs. `--quick`: those that need no emulator.

A failed check does not hide the next one; the table at the end says what ran, and pytest's own
summary above it what was skipped and why.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ops.lab.local.child_environment import installer_environment
from ops.lab.repository import REPOSITORY

BIN = Path(sys.executable).parent
# Beside what the lab hands on to its own programs: what steers the tests, and reaches Docker.
_OF_TESTS = ("CI", "PYTEST_ADDOPTS", "DOCKER_")


@dataclass(frozen=True)
class QualityCheck:
    """One command line of a program of this environment, under its name in the table."""

    name: str
    command: str

    def run(self) -> "CheckResult":
        print(f"\n=== {self.name}: {self.command}", flush=True)
        started = time.monotonic()
        program, *arguments = self.command.split()
        # The tools of this environment come first: cfn-lint, cdk and pytest call one another by name.
        kept = {name: value for name, value in os.environ.items() if name.startswith(_OF_TESTS)}
        environment = installer_environment() | kept | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        code = subprocess.run([BIN / program, *arguments], cwd=REPOSITORY, env=environment).returncode
        return CheckResult(self, code, time.monotonic() - started)


@dataclass(frozen=True)
class CheckResult:
    check: QualityCheck
    exit_code: int
    seconds: float

    @property
    def passed(self) -> bool:
        return self.exit_code == 0


CHECKS = (
    QualityCheck("style", "ruff check ."),
    QualityCheck("format", "ruff format --check ."),
    QualityCheck("types", "mypy functions infra ops/lab ops/checks.py ops/synth.py scenarios tests"),
    # Low severity is left out: it flags every subprocess, and the fixed test credentials of LocalStack. So is
    # what others wrote: the CDK's templates, and the copy of the app that a plain `cdk synth` leaves.
    QualityCheck(
        "security",
        "bandit --quiet --recursive --severity-level medium --exclude node_modules,cdk.out"
        " functions infra ops/lab ops/checks.py ops/synth.py",
    ),
    QualityCheck(
        "unit tests",
        "pytest -n 2 tests/functions tests/infra tests/ops tests/structure tests/emulator_unit --cov",
    ),
    QualityCheck("emulator tests", "pytest -n 2 --dist loadfile tests/emulator"),
    QualityCheck("scenarios", "pytest -n 6 scenarios --engine process --topology both"),
)
# Each starts LocalStack.
SLOW = frozenset({"emulator tests", "scenarios"})


def main() -> int:
    quick = "--quick" in sys.argv[1:]
    outcomes = [check.run() for check in CHECKS if not (quick and check.name in SLOW)]
    print("\n=== what was run")
    for outcome in outcomes:
        verdict = "passed" if outcome.passed else f"FAILED (exit code {outcome.exit_code})"
        print(f"  {outcome.check.name:<16}{outcome.seconds:>6.0f} s  {verdict}")
    for name in sorted(SLOW) if quick else ():
        print(f"  {name:<16}     not run: --quick leaves out what needs an emulator")
    failed = sum(not outcome.passed for outcome in outcomes)
    print(f"checks: {len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
