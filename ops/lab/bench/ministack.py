"""MiniStack as a contender: another emulator of AWS (https://github.com/ministackorg/ministack).

It gets an environment of its own in the lab's folder, and the same assembly as the lab, but for the stacks
with a resource type that it does not know.
"""

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ops.lab.app.target import Target
from ops.lab.bench.contender import Contender, StepSeconds
from ops.lab.deployment import cdk_cli
from ops.lab.errors import EmulatorFailed, WaitTimedOut
from ops.lab.local import background_process
from ops.lab.local.child_environment import installer_environment, plain_environment
from ops.lab.local.child_process import ProgramRunner
from ops.lab.local.ports import free_port
from ops.lab.local.process_table import command_line, descendants, members_of_group
from ops.lab.waiting import eventually

NAME = "ministack"
# Its functions get the SDK from its own environment. It asks for a later boto3 than LocalStack 4.13.1 has.
REQUIREMENTS = ("ministack==1.5.33", "boto3==1.43.106", "aws-xray-sdk==2.15.0")
# Saved queries of Logs Insights: its CloudFormation fails on them.
UNKNOWN_TYPES = frozenset({"AWS::Logs::QueryDefinition"})
_READY_WITHIN_SECONDS = 60
_ENDS_WITHIN_SECONDS = 3
_LAST_LINES = 15


def install(folder: Path, run: ProgramRunner) -> Path:
    """Make the environment in `folder` where it is missing or of other versions; return its Python.

    Raises DeploymentFailed where a package cannot be had.
    """
    python, stamp = folder / "bin" / "python", folder / ".installed"
    wanted = "\n".join(REQUIREMENTS)
    if not stamp.is_file() or stamp.read_text() != wanted:
        environment = installer_environment()
        run(
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            environment=environment,
            folder=folder.parent,
        )
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, *REQUIREMENTS], environment=environment, folder=folder.parent)
        stamp.write_text(wanted)
    return python


@contextmanager
def ministack(
    python: Path, assembly: Path, folder: Path, context: Mapping[str, str], run: ProgramRunner
) -> Iterator[Contender]:
    """MiniStack on a free port with what it can deploy of the assembly, until the block ends.

    Raises EmulatorFailed or DeploymentFailed.
    """
    stacks = stacks_of(assembly)
    able = [name for name, types in stacks.items() if not types & UNKNOWN_TYPES]
    steps, port, log = StepSeconds(), free_port(), folder / "emulator.log"
    folder.mkdir(parents=True, exist_ok=True)
    endpoint = f"http://127.0.0.1:{port}"
    with log.open("ab") as output:
        pid = background_process.start_in_background(
            [str(python), "-m", NAME], output, environment=_environment(port, folder), folder=folder
        )
    try:
        with steps.step("start"):
            _wait_until_healthy(pid, endpoint, log)
        target = Target.running(endpoint, context["envName"])
        with steps.step("bootstrap"):
            cdk_cli.bootstrap(target, run)
        with steps.step("deploy"):
            cdk_cli.deploy(assembly, target, run, stacks=able)
        yield Contender(NAME, pid, target, steps, left_out=tuple(name for name in stacks if name not in able))
    finally:
        _stop(pid)


def stacks_of(assembly: Path) -> dict[str, frozenset[str]]:
    """The resource types of each stack of a cloud assembly, by the stack's name."""
    manifest = json.loads((assembly / "manifest.json").read_text())
    return {
        str(artifact.get("properties", {}).get("stackName", name)): _types(
            assembly / artifact["properties"]["templateFile"]
        )
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }


def _types(template: Path) -> frozenset[str]:
    resources: dict[str, Any] = json.loads(template.read_text()).get("Resources", {})
    return frozenset(str(resource["Type"]) for resource in resources.values())


def _environment(port: int, folder: Path) -> dict[str, str]:
    """It listens on every interface unless it is told not to, and keeps its data below TMPDIR."""
    scratch = folder / "tmp"
    scratch.mkdir(exist_ok=True)
    own = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"}
    return plain_environment() | own | {"TMPDIR": str(scratch), "S3_DATA_DIR": str(scratch / "s3")}


def _wait_until_healthy(pid: int, endpoint: str, log: Path) -> None:
    try:
        eventually(
            lambda: _answers(endpoint) or not background_process.runs(pid, NAME),
            within=_READY_WITHIN_SECONDS,
            every=0.05,
            what="MiniStack's health",
        )
    except WaitTimedOut as error:
        raise EmulatorFailed(str(error), hint=_end_of(log)) from error
    if not background_process.runs(pid, NAME):
        raise EmulatorFailed("MiniStack stopped while starting", hint=_end_of(log))


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=5) as answer:  # nosec B310
            return "services" in json.load(answer)
    except (OSError, ValueError):
        return False


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LAST_LINES:])


def _stop(pid: int) -> None:
    """End it with the functions it runs, which have groups of their own or not."""
    ours = {pid, *descendants(pid), *members_of_group(pid)}
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
    with suppress(WaitTimedOut):  # then by the signal below, which cannot be ignored
        eventually(
            lambda: not background_process.runs(pid, NAME),
            within=_ENDS_WITHIN_SECONDS,
            every=0.05,
            what="MiniStack's end",
        )
    for each in ours | set(members_of_group(pid)):
        if NAME in command_line(each):  # no later owner of the number
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
    background_process.collect(pid)
