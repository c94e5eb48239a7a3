"""Checkout of the lab as a contender: its own emulator, its own app, each step timed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ops.lab.app.target import Target
from ops.lab.bench.contender import Contender, StepSeconds
from ops.lab.deployment import cdk_cli
from ops.lab.errors import Refused
from ops.lab.local import emulator_process
from ops.lab.local.child_process import ProgramRunner
from ops.lab.local.emulator_process import EMULATOR_PYTHON
from ops.lab.local.ports import free_port
from ops.lab.repository import REPOSITORY

# What the benchmark needs of a checkout, below its root.
_PROGRAMS = (Path(".venv/bin/python"), Path("ops/emulator/.venv/bin/python"))


def refuse_unready(root: Path) -> None:
    """Raise Refused where `root` is no checkout of the lab, or is not set up."""
    if not (root / "infra" / "app.py").is_file() or not (root / "ops" / "emulator").is_dir():
        raise Refused(
            f"{root} is no checkout of the lab", hint="--against takes a checkout's folder, or ministack"
        )
    if missing := [str(program) for program in _PROGRAMS if not (root / program).exists()]:
        raise Refused(f"{root} is not set up: it lacks {', '.join(missing)}", hint=f"make -C {root} setup")


@contextmanager
def lab_of(
    root: Path,
    name: str,
    folder: Path,
    context: Mapping[str, str],
    run: ProgramRunner,
) -> Iterator[Contender]:
    """The lab of the checkout `root`, up on a free port, until the block ends. It writes below `folder`.

    The steps come one after another, unlike those of `lab up`, so that each is measured alone.
    Raises EmulatorFailed or DeploymentFailed.
    """
    steps = StepSeconds()
    assembly = folder / "cdk.out"
    python = EMULATOR_PYTHON if root == REPOSITORY else root / _PROGRAMS[1]
    with steps.step("start"):
        emulator = emulator_process.start(free_port(), folder / "emulator", python=python)
    try:
        with steps.step("start"):
            emulator_process.wait_until_ready(emulator)
        target = Target.running(emulator.endpoint, context["envName"])
        with steps.step("synth"):
            cdk_cli.synthesize(assembly, context, run, validate=False, repository=root)
        with steps.step("bootstrap"):
            cdk_cli.bootstrap(target, run)
        with steps.step("deploy"):
            cdk_cli.deploy(assembly, target, run)
        yield Contender(name, emulator.pid, target, steps, log=emulator.log_path)
    finally:
        emulator_process.stop(emulator)
