"""Doctor of the lab: checks what it needs of this machine, one by one."""

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.stack_status import StackCondition, condition_of, way_on
from ops.lab.app.stacks import holdings
from ops.lab.app.target import Target
from ops.lab.deployment.cdk_cli import INFRA
from ops.lab.local import emulator_process, running_lab
from ops.lab.local.child_environment import plain_environment
from ops.lab.local.directory import LabDirectory
from ops.lab.local.emulator_process import EMULATOR_PYTHON
from ops.lab.local.ports import accepts_connections
from ops.lab.local.running_lab import RunningLab
from ops.lab.repository import SETUP_HINT
from ops.lab.web.libraries import LIBRARIES
from ops.lab.web.listening import own_addresses

LEAST_PYTHON = (3, 11)
LEAST_NODE = 20
LEAST_FREE_GIB = 2
# Of a program that tells its version: met by one that hangs, not by a slow machine.
_LIMIT_SECONDS = 300


@dataclass(frozen=True)
class Diagnosis:
    """One check: what was looked at, whether it is well, and what to do if it is not."""

    subject: str
    well: bool
    seen: str
    remedy: str = ""


def examine(directory: LabDirectory, port: int) -> Iterator[Diagnosis]:
    """Every check in turn; those of a running LocalStack only where one runs."""
    yield _platform()
    yield _python()
    yield _node()
    yield from _cdk_programs()
    yield _emulator_environment()
    yield _page_libraries()
    yield _disk(directory)
    lab = running_lab.living(directory.state_file)
    if lab is None:
        yield _port_free(port)
        return
    yield _parts(lab.emulator.endpoint)
    yield _loopback_only(lab.port)
    yield from diagnosed_stacks(lab)


def _platform() -> Diagnosis:
    seen = f"{platform.system()} {platform.machine()}"
    return Diagnosis("platform", platform.system() in {"Linux", "Darwin"}, seen, "on Windows, use WSL 2")


def _python() -> Diagnosis:
    return Diagnosis(
        "Python", sys.version_info >= LEAST_PYTHON, platform.python_version(), "install 3.11 or newer"
    )


def _node() -> Diagnosis:
    seen = _output("node", "--version")
    major = seen.lstrip("v").partition(".")[0]
    well = major.isdecimal() and int(major) >= LEAST_NODE
    return Diagnosis("Node.js", well, seen or "not found", f"install Node.js {LEAST_NODE} or newer")


def _cdk_programs() -> Iterator[Diagnosis]:
    pinned = json.loads((INFRA / "package.json").read_text())["devDependencies"]
    for package, wanted in pinned.items():
        manifest = INFRA / "node_modules" / package / "package.json"
        seen = json.loads(manifest.read_text())["version"] if manifest.exists() else "not installed"
        yield Diagnosis(package, seen == wanted, seen, f"{SETUP_HINT}: {wanted} is wanted")


def _emulator_environment() -> Diagnosis:
    if not EMULATOR_PYTHON.exists():
        return Diagnosis("emulator", False, "not installed", SETUP_HINT)
    code = "from importlib.metadata import version as v; import lab_emulator; print(v('localstack-core'))"
    seen = _output(str(EMULATOR_PYTHON), "-c", code)
    return Diagnosis("emulator", bool(seen), f"LocalStack {seen}" if seen else "does not import", SETUP_HINT)


def _page_libraries() -> Diagnosis:
    missing = sorted(path.name for path in LIBRARIES.values() if not path.is_file())
    seen = f"not installed: {', '.join(missing)}" if missing else f"all {len(LIBRARIES)} files installed"
    return Diagnosis("pages", not missing, seen, SETUP_HINT)


def _disk(directory: LabDirectory) -> Diagnosis:
    place = next(folder for folder in (directory.root, *directory.root.parents) if folder.exists())
    free_gib = shutil.disk_usage(place).free / 2**30
    return Diagnosis(
        "disk", free_gib >= LEAST_FREE_GIB, f"{free_gib:.1f} GiB free", f"free {LEAST_FREE_GIB} GiB"
    )


def _port_free(port: int) -> Diagnosis:
    taken = accepts_connections(port)
    seen = f"{port} is in use by another program" if taken else f"{port} is free"
    return Diagnosis("port", not taken, seen, f"stop that program, or: LAB_PORT={port + 1} lab up")


def _parts(endpoint: str) -> Diagnosis:
    parts = emulator_process.parts_of(endpoint)
    if parts is None:
        return Diagnosis("extension", False, "LocalStack does not answer", "lab down && lab up")
    missing = [str(part["name"]) for part in parts if not part["loaded"]]
    seen = f"not loaded: {', '.join(missing)}" if missing else f"all {len(parts)} parts loaded"
    return Diagnosis("extension", not missing, seen, f"{SETUP_HINT}, then lab down && lab up")


def _loopback_only(port: int) -> Diagnosis:
    outside = sorted(address for address in own_addresses() if accepts_connections(port, address))
    seen = f"also on {', '.join(outside)}" if outside else f"on 127.0.0.1:{port} alone"
    return Diagnosis("listens", not outside, seen, "unset LAB_LISTEN, then lab down && lab up")


def diagnosed_stacks(lab: RunningLab) -> Iterator[Diagnosis]:
    """One check of all stacks, or one for each that no deployment can build on. None where none answers."""
    target = Target.running(lab.emulator.endpoint, lab.env_name)
    try:
        stacks = target.stacks()
        broken = {name: holdings(target.cloudformation, name) for name in stacks.broken}
    except (BotoCoreError, ClientError):
        return  # that LocalStack does not answer is said by another check
    if not broken:
        seen = f"all {len(stacks.statuses)} can be updated" if stacks.statuses else "none is deployed"
        yield Diagnosis("stacks", bool(stacks.statuses), seen, "lab up")
    for name, held in broken.items():
        status = stacks.statuses[name]
        empty = not held and condition_of(status) is StackCondition.ONLY_DELETABLE
        remedy = "lab up replaces it: it holds nothing" if empty else way_on(name, status, on_aws=False)
        yield Diagnosis("stacks", False, f"{name} is {status}", remedy)


def _output(*command: str) -> str:
    try:
        answer = subprocess.run(
            command,
            env=plain_environment(),
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
