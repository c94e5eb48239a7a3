"""The app on an emulator of its own, or wherever it runs already."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.lab.app.target import Target
from ops.lab.engines.engine import Engine
from ops.lab.local import cdk_cli
from ops.lab.local.child_process import ChildProcesses
from ops.lab.options import TargetName
from scenarios import already_running
from scenarios.watchdog import Watchdog


@dataclass(frozen=True)
class Deployed:
    """The app where it runs."""

    target: Target
    engine: Engine
    watchdog: Watchdog
    topology: str


def found(name: TargetName, account: str | None, topology: str) -> Deployed:
    """What is up, or a real account."""
    target = already_running.find(name, account)
    engine = already_running.AlreadyRunning()
    return Deployed(target, engine, Watchdog(engine), topology)


@contextmanager
def started(
    engine: Callable[[Path], Engine], folder: Path, context: Mapping[str, str], topology: str
) -> Iterator[Deployed]:
    """Start an engine, deploy the app to it with this context, and take it down at the end.

    What happens in between, `emulator.log` and `cdk.log` below `folder` tell.
    """
    children = ChildProcesses(folder / "cdk.log")
    emulator = engine(folder)
    try:
        target = Target.running(emulator.start(), env_name=context["envName"])
        watchdog = Watchdog(emulator, on_death=children.end_all)
        with watchdog.guarding():
            _deploy(target, context, folder, children)
        yield Deployed(target, emulator, watchdog, topology)
    finally:
        children.end_all()
        emulator.stop()


def _deploy(target: Target, context: Mapping[str, str], folder: Path, children: ChildProcesses) -> None:
    assembly = folder / "cdk.out"
    cdk_cli.synthesize(assembly, context, children.run)
    cdk_cli.bootstrap(target, children.run)
    cdk_cli.deploy(assembly, target, children.run)
