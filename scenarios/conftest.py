"""One emulator with the app deployed to it, started by pytest itself and taken down at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.lab import deployment, emulator_process
from ops.lab.api import Api
from ops.lab.child_process import ChildProcesses
from ops.lab.target import Target
from scenarios.pipeline import Pipeline

# `lab` is dev with short clocks; two deliveries instead of three spare a visibility timeout of 19 s.
CONTEXT = {"envName": "lab", "maxReceiveCount": "2"}


@pytest.fixture(scope="session")
def deployed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Target, emulator_process.EmulatorProcess]]:
    """The app on an emulator of its own. What happens in between, `emulator.log` and `cdk.log` tell."""
    folder = tmp_path_factory.mktemp("lab")
    children = ChildProcesses(folder / "cdk.log")
    emulator = emulator_process.start(emulator_process.free_port(), folder)
    try:
        emulator_process.wait_until_ready(emulator)
        target = Target.running(emulator.endpoint, env_name=CONTEXT["envName"])
        _deploy(target, folder, children)
        yield target, emulator
    finally:
        children.end_all()
        emulator_process.stop(emulator)


@pytest.fixture
def pipeline(deployed: tuple[Target, emulator_process.EmulatorProcess]) -> Iterator[Pipeline]:
    """The deployed pipeline with no fault in it. Whatever a scenario broke is healed after it."""
    target, emulator = deployed
    pipeline = Pipeline(target=target, api=Api.of(target), emulator_pid=emulator.pid)
    try:
        yield pipeline
    finally:
        pipeline.heal()


def _deploy(target: Target, folder: Path, children: ChildProcesses) -> None:
    assembly = folder / "cdk.out"
    deployment.synthesize(assembly, CONTEXT, children.run)
    deployment.bootstrap(target, children.run)
    deployment.deploy(assembly, target, children.run)
