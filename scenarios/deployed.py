"""Deployed app: on an emulator of its own, or wherever it runs already."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from filelock import FileLock

from ops.lab.app.permission_mode import PermissionMode, mode_of, set_mode
from ops.lab.app.target import Target
from ops.lab.deployment import cdk_cli, toolkit_stack
from ops.lab.engines.engine import Engine
from ops.lab.errors import Refused
from ops.lab.local.child_process import ChildProcesses
from ops.lab.options import TargetName, choose, refuse_beside_others
from scenarios.watchdog import Watchdog

# A deployment takes a minute or two, several times as long on a machine that is busy otherwise. What hangs is
# ended, so that the scenarios fail with the last lines of the program that hung.
_SECONDS_TO_DEPLOY = 1200.0


@dataclass(frozen=True)
class Deployed:
    """The app where it runs."""

    target: Target
    engine: Engine
    watchdog: Watchdog
    topology: str


def found(name: TargetName, account: str | None, topology: str) -> Deployed:
    """What is up, or a real account. Raises Refused beside a drill or `lab up`, which would be in its way."""
    refuse_beside_others(name)
    target = _running_target(name, account)
    engine = AlreadyRunning()
    return Deployed(target, engine, Watchdog(engine), topology)


@contextmanager
def started(
    engine: Callable[[Path], Engine],
    folder: Path,
    context: Mapping[str, str],
    topology: str,
    *,
    assemblies: Path,
) -> Iterator[Deployed]:
    """Start an engine, deploy the app to it with this context, and take it down at the end.

    What happens in between, `emulator.log` and `cdk.log` below `folder` tell. `assemblies` is where pytest's
    processes share what they synthesize. One of them at a time deploys: that takes a processor of its own,
    and the functions of the others' scenarios need theirs before their timeouts.
    """
    children = ChildProcesses(folder / "cdk.log")
    with ExitStack() as at_the_end:
        with FileLock(assemblies / "deployment.lock"):
            emulator = engine(folder)
            at_the_end.callback(emulator.stop)
            at_the_end.callback(children.end_all)
            target = Target.running(emulator.start(), env_name=context["envName"])
            watchdog = Watchdog(emulator, on_death=children.end_all)
            with watchdog.guarding(), _at_most(_SECONDS_TO_DEPLOY, children.end_all):
                assembly = shutil.copytree(_synthesized(assemblies, context, children), folder / "cdk.out")
                toolkit_stack.bootstrap(target)
                cdk_cli.deploy(assembly, target, children.run)
                _enforce_permissions(target)
        yield Deployed(target, emulator, watchdog, topology)


@contextmanager
def _at_most(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` once the block has taken so long."""
    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _enforce_permissions(target: Target) -> None:
    """Let the emulator deny what AWS would deny, where it is one that can. Not while it deploys: a schedule
    that passes 20 times as fast as on AWS fires before the permission that follows it in the deployment."""
    assert target.endpoint is not None
    if mode_of(target.endpoint) is not None:
        set_mode(target.endpoint, PermissionMode.ENFORCE)


def _synthesized(assemblies: Path, context: Mapping[str, str], children: ChildProcesses) -> Path:
    """The cloud assembly of this context, which the first process that needs it synthesizes for all.

    Not validated, as `lab up` does it: cfn-lint's test holds the templates to the schemas of CloudFormation.
    """
    name = sha256(json.dumps(context, sort_keys=True).encode()).hexdigest()[:16]
    assembly = assemblies / f"cdk.out-{name}"
    cdk_cli.synthesize(assembly, context, children.run, fingerprint=name, validate=False)
    return assembly


class AlreadyRunning:
    """Engine of an app that was up before; what only the owner of an emulator may do is skipped."""

    def start(self) -> str:
        return ""

    def stop(self) -> None:
        """Leave it as it is: it is not ours."""

    def ailment(self) -> str | None:
        return None

    def kill(self) -> None:
        pytest.skip("kills its emulator: run it without --target")

    def kill_function(self, function_name: str) -> None:
        pytest.skip(f"kills {function_name}: run it without --target")

    def function_seconds(self) -> int:
        return 0

    def log_tail(self) -> str:
        return ""


def _running_target(name: TargetName, account: str | None) -> Target:
    """The lab that is up, or the account that --account names. Raises Refused for any other account."""
    target = choose(name)
    actual = target.identity()["Account"]
    if name is TargetName.AWS and account != actual:
        raise Refused(
            f"these credentials are of account {actual}, region {target.region}",
            hint=f"scenarios break the app there for a while; if that is meant, add --account {actual}",
        )
    return target
