"""One emulator with the app deployed to it, started by pytest itself and taken down at the end."""

import signal
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.lab import deployment
from ops.lab.api import Api
from ops.lab.child_process import ChildProcesses
from ops.lab.engines.choice import Choice, EngineName, choose
from ops.lab.engines.engine import Engine
from ops.lab.errors import EmulatorFailed
from ops.lab.target import Target
from scenarios.pipeline import Pipeline
from scenarios.watchdog import Watchdog

# `lab` is dev with short clocks; two deliveries instead of three spare a visibility timeout of 19 s.
CONTEXT = {"envName": "lab", "maxReceiveCount": "2"}

_CHOICE = pytest.StashKey[Choice]()
_WATCHDOG = pytest.StashKey[Watchdog]()


@dataclass(frozen=True)
class Deployed:
    """The app where it runs."""

    target: Target
    engine: Engine
    watchdog: Watchdog


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=[name.value for name in EngineName], default="auto", help="what runs the emulator"
    )


def pytest_configure(config: pytest.Config) -> None:
    # A terminated run cleans up as an interrupted one does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if config.option.collectonly:
        return
    try:
        config.stash[_CHOICE] = choose(EngineName(config.getoption("--engine")))
    except EmulatorFailed as error:
        raise pytest.UsageError(f"--engine docker: {error}\n{error.hint}") from error


def pytest_report_header(config: pytest.Config) -> str:
    return f"engine: {config.stash.get(_CHOICE, 'none to collect')}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Guard what a scenario does, not what pytest does around it."""
    watchdog = item.config.stash.get(_WATCHDOG, None)
    if watchdog is None:
        return (yield)
    with watchdog.guarding():
        return (yield)


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Deployed]:
    """The app on an emulator of its own. What happens in between, `emulator.log` and `cdk.log` tell."""
    folder = tmp_path_factory.mktemp("lab")
    children = ChildProcesses(folder / "cdk.log")
    engine = pytestconfig.stash[_CHOICE].engine(folder)
    try:
        target = Target.running(engine.start(), env_name=CONTEXT["envName"])
        watchdog = Watchdog(engine, on_death=children.end_all)
        with watchdog.guarding():
            _deploy(target, folder, children)
        pytestconfig.stash[_WATCHDOG] = watchdog
        yield Deployed(target, engine, watchdog)
    finally:
        children.end_all()
        engine.stop()


@pytest.fixture
def pipeline(deployed: Deployed) -> Iterator[Pipeline]:
    """The deployed pipeline with no fault in it. Whatever a scenario broke is healed after it."""
    deployed.watchdog.check()
    pipeline = Pipeline(target=deployed.target, api=Api.of(deployed.target), engine=deployed.engine)
    try:
        yield pipeline
    finally:
        if deployed.engine.ailment() is None:
            pipeline.heal()


def _deploy(target: Target, folder: Path, children: ChildProcesses) -> None:
    assembly = folder / "cdk.out"
    deployment.synthesize(assembly, CONTEXT, children.run)
    deployment.bootstrap(target, children.run)
    deployment.deploy(assembly, target, children.run)
