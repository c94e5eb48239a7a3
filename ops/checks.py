"""Every check of the lab: what `make test` runs. `--quick`: those that need no emulator.

One after another, but for the one that keeps a single core busy for long: it runs beside the others, and
prints at its end. A failed check does not hide the next one; the table at the end says what ran, and pytest's
own summary above it what was skipped and why. A test of a running emulator that failed beside others is run
once more alone, and the table names it, whatever comes of that.
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ops.lab.local.child_environment import installer_environment
from ops.lab.repository import REPOSITORY

BIN = Path(sys.executable).parent
# What tries every crash and every order of calls.
_MODELS = (
    "tests/functions/crash_model",
    "tests/functions/files/crash_model",
    "tests/functions/files/round_model",
)
# pytest's exit code where tests failed, and nothing else went wrong (pytest documentation, "Exit codes").
_TESTS_FAILED = 1
# More failures than these are no accident of a busy machine.
_MOST_TRIED_ALONE = 3
# Beside what the lab hands on to its own programs: what steers the tests, and reaches Docker.
_OF_TESTS = ("CI", "PYTEST_ADDOPTS", "DOCKER_")


@dataclass(frozen=True)
class QualityCheck:
    """Command line of a program of this environment, under its name in the table.

    `beside`: it runs while the others do, and what it prints is shown at its end.
    `cache`: folder in which pytest notes what failed; a few of these tests are then run once more, one at a
    time. Tests of a running emulator have deadlines and share two cores, so one may fail where app and
    emulator are in order.
    """

    name: str
    command: str
    beside: bool = False
    cache: Path | None = None

    def run(self) -> "CheckResult":
        """Run it to its end, whatever it says."""
        started = time.monotonic()
        command = self.command if self.cache is None else f"{self.command} -o cache_dir={self.cache}"
        exit_code = self._call(command)
        failed = self._failed_tests() if exit_code == _TESTS_FAILED else ()
        unsteady = failed if len(failed) <= _MOST_TRIED_ALONE else ()
        if unsteady:
            exit_code = self._call(f"{command} -n 0 --last-failed --last-failed-no-failures none")
        return CheckResult(self, exit_code, time.monotonic() - started, unsteady)

    def _failed_tests(self) -> tuple[str, ...]:
        record = None if self.cache is None else REPOSITORY / self.cache / "v" / "cache" / "lastfailed"
        return tuple(json.loads(record.read_text())) if record and record.is_file() else ()

    def _call(self, command: str) -> int:
        headline = f"\n=== {self.name}: {command}"
        if not self.beside:
            print(headline, flush=True)
        program, *arguments = command.split()
        kept = {name: value for name, value in os.environ.items() if name.startswith(_OF_TESTS)}
        ended = subprocess.run(
            [BIN / program, *arguments],
            cwd=REPOSITORY,
            # The tools of this environment come first: cfn-lint, cdk and pytest call one another by name.
            env=installer_environment() | kept | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE if self.beside else None,
            stderr=subprocess.STDOUT if self.beside else None,
            text=True,
        )
        if self.beside:
            print(f"{headline}\n{ended.stdout}", end="", flush=True)
        return ended.returncode


@dataclass(frozen=True)
class CheckResult:
    """What came of a check. `unsteady`: the tests that failed, and were then run alone."""

    check: QualityCheck
    exit_code: int
    seconds: float
    unsteady: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.exit_code == 0


CHECKS = (
    QualityCheck("style", "ruff check ."),
    QualityCheck("format", "ruff format --check ."),
    QualityCheck(
        "types",
        "mypy functions infra ops/lab ops/kit ops/checks.py ops/synth.py scenarios tests",
        beside=True,
    ),
    # Low severity is left out: it flags every subprocess, and the fixed test credentials of LocalStack. So is
    # what others wrote: the CDK's templates, and the copy of the app that a plain `cdk synth` leaves.
    QualityCheck(
        "security",
        "bandit --quiet --recursive --severity-level medium --exclude node_modules,cdk.out"
        " functions infra ops/lab ops/kit ops/checks.py ops/synth.py",
    ),
    # Its coverage is that of functions and infra, to which the tests of the lab add next to nothing: to watch
    # those as well took as long as a third of them.
    QualityCheck(
        "app unit tests",
        "pytest -n 2 --dist worksteal tests/functions tests/infra --cov"
        + "".join(f" --ignore={folder}" for folder in _MODELS),
    ),
    QualityCheck(
        "lab unit tests", "pytest -n 2 --dist worksteal tests/ops tests/structure tests/emulator_unit"
    ),
    # The same lines run a thousand times: to watch which they are would take a third of the time.
    QualityCheck("crash models", "pytest -n 2 --dist worksteal " + " ".join(_MODELS)),
    # The last two wait for clocks most of their time: they take more processes than there are cores.
    QualityCheck(
        "emulator tests",
        "pytest -n 4 --dist loadfile tests/emulator",
        cache=Path(".pytest_cache", "emulator"),
    ),
    # Six that deployed at once filled both cores for minutes, and functions were ended by their timeouts. Now
    # one at a time deploys (scenarios/deployed.py); what goes on takes an eighth of a core, the console one.
    QualityCheck(
        "scenarios",
        "pytest -n 4 scenarios --engine process --topology both --timeout 600",
        cache=Path(".pytest_cache", "scenarios"),
    ),
)
# Each starts LocalStack.
SLOW = frozenset({"emulator tests", "scenarios"})


def main() -> int:
    quick = "--quick" in sys.argv[1:]
    started = time.monotonic()
    outcomes = _run([check for check in CHECKS if not (quick and check.name in SLOW)])
    print("\n=== what was run")
    for outcome in outcomes:
        verdict = "passed" if outcome.passed else f"FAILED (exit code {outcome.exit_code})"
        print(f"  {outcome.check.name:<16}{outcome.seconds:>6.0f} s  {verdict}")
        for test in outcome.unsteady:
            print(f"    unsteady: failed beside others, then run alone: {test}")
    for name in sorted(SLOW) if quick else ():
        print(f"  {name:<16}     not run: --quick leaves out what needs an emulator")
    failed = sum(not outcome.passed for outcome in outcomes)
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"checks: {len(outcomes) - failed} passed, {failed} failed, in {minutes}:{seconds:02} min")
    return 1 if failed else 0


def _run(checks: list[QualityCheck]) -> list[CheckResult]:
    """The results, in the order of the checks."""
    with ThreadPoolExecutor() as pool:
        beside = {check.name: pool.submit(check.run) for check in checks if check.beside}
        results = {check.name: check.run() for check in checks if not check.beside}
        results |= {name: ended.result() for name, ended in beside.items()}
    return [results[check.name] for check in checks]


if __name__ == "__main__":
    sys.exit(main())
