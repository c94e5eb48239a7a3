"""`lab files simulate` on a healthy pipeline, while executions compete for its queue."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from ops.lab.files.snapshot import control
from ops.lab.local.emulator_process import REPOSITORY
from ops.lab.waiting import eventually
from scenarios.files.bench import Bench
from scenarios.files.round_history import overlaps, refusals, refused, rounds
from scenarios.shell import lab_environment

FILES, ROWS, WORKERS = 100, 50, 10
RIVALS = 5


def test_each_row_of_a_hundred_files_is_delivered_once_and_never_by_two_rounds_at_once(
    bench: Bench, tmp_path: Path
) -> None:
    sizes = ["--files", str(FILES), "--rows", str(ROWS), "--workers", str(WORKERS)]
    with subprocess.Popen(
        [sys.executable, "-m", "ops.lab", "files", "simulate", *sizes, "--wait", "--json"],
        cwd=REPOSITORY,
        env=lab_environment(bench.target, tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as simulating:
        _start_rivals(bench, simulating)
        printed, complained = simulating.communicate()

    assert simulating.returncode == 0, [complained, *bench.reasons()]
    told = json.loads(printed)
    assert (told["files_sent"], told["files_succeeded"], told["files_failed"]) == (FILES, FILES, 0)
    assert (told["rows_delivered"], told["rows_repeated"], told["rows_missing"]) == (FILES * ROWS, 0, 0)
    assert 1 < told["peak_concurrency"] <= told["max_concurrency"]
    assert overlaps(rounds(bench.target, bench.began)) == []
    assert refusals(bench.target, bench.began) >= RIVALS


def _start_rivals(bench: Bench, simulating: subprocess.Popen[str]) -> None:
    """Start executions by hand, each while a round is at work, until enough of them were refused.

    On a busy machine a round may end before the rival asks for its lock. That rival gets the lock, and the
    next one has it for an opponent.
    """
    turned_away = 0
    while turned_away < RIVALS:
        eventually(
            lambda: control(bench.target).owner or simulating.poll() is not None,
            within=60,
            every=0.1,
            what="a round at work",
        )
        if simulating.poll() is not None:
            return  # the count of refusals below says how many there were
        turned_away += _is_refused(bench, f"rival-{uuid4()}")


def _is_refused(bench: Bench, name: str) -> bool:
    """Start an execution; return whether another had the lock, once that is decided."""
    rival = bench.target.stepfunctions.start_execution(
        stateMachineArn=bench.target.output("CsvStateMachineArn"), name=name, input="{}"
    )["executionArn"]
    eventually(
        lambda: refused(bench.target, rival) or control(bench.target).owner == name or _ended(bench, rival),
        within=60,
        every=0.1,
        what=f"{name} refused or at work",
    )
    return refused(bench.target, rival)


def _ended(bench: Bench, execution: str) -> bool:
    status = bench.target.stepfunctions.describe_execution(executionArn=execution)["status"]
    return bool(status != "RUNNING")
