"""Command line of the CDK: synthesizes the app once, bootstraps, and deploys what was synthesized."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ops.lab.app.stacks import delete_broken_toolkit, is_bootstrapped
from ops.lab.app.target import LOCAL_ACCOUNT, Target
from ops.lab.errors import DeploymentFailed
from ops.lab.local.child_environment import account_environment, local_environment, synth_environment
from ops.lab.local.child_process import ProgramRunner, ProgramStarter
from ops.lab.repository import REPOSITORY, SETUP_HINT

INFRA = REPOSITORY / "infra"
_PROGRAMS = INFRA / "node_modules" / ".bin"
# A line of CDK's event list: "IngestionLab-dev-Queue | 3/9 | 3:25:59 AM | CREATE_COMPLETE | …"
_EVENT = re.compile(r"^(\S+) \| +(\d+/\d+) \|")
# Outside the app's folder the CLI has no app to run, which a bootstrap does not need.
_NOWHERE = Path("/")


def synthesize(
    assembly: Path,
    context: Mapping[str, str],
    run: ProgramRunner,
    *,
    fingerprint: str = "",
    repository: Path = REPOSITORY,
    validate: bool = True,
) -> bool:
    """Write the cloud assembly; return False where the one there already has this `fingerprint`.

    The app is that of `repository`, by default the lab's own; another checkout has its own environments.

    The CLI does it, not the app alone, because the CLI adds context of its own: the templates must be
    those of a plain `cdk synth`. `validate` has the CDK check them against the schemas of CloudFormation,
    which changes nothing in them and takes two thirds of the time (`cdk synth --validation`).
    """
    seal = assembly / ".fingerprint"
    if fingerprint and seal.exists() and seal.read_text() == fingerprint:
        return False
    shutil.rmtree(assembly, ignore_errors=True)
    python = Path(sys.executable) if repository == REPOSITORY else repository / ".venv" / "bin" / "python"
    run(
        [_program("cdk"), "synth", *_synth_options(assembly, python, validate), *_context_options(context)],
        environment=_with_python(python, synth_environment()),
        folder=repository / "infra",
    )
    seal.write_text(fingerprint)
    return True


def bootstrap(target: Target, run: ProgramRunner) -> bool:
    """Deploy CDK's toolkit stack to the running lab; return False where it stands already."""
    if is_bootstrapped(target.cloudformation):
        return False
    delete_broken_toolkit(target.cloudformation)
    run(
        [_program("cdk"), "bootstrap", "--no-notices", f"aws://{LOCAL_ACCOUNT}/{target.region}"],
        environment=_local(target),
        folder=_NOWHERE,
    )
    return True


def deploy(
    assembly: Path,
    target: Target,
    run: ProgramRunner,
    *,
    stacks: Sequence[str] = ("--all",),
    on_progress: Callable[[str], None] = lambda _now: None,
) -> None:
    """Deploy the stacks of `assembly` to the running lab, by default every one.

    Raises Refused for any other account.
    """
    target.identity()
    run(
        _deploy_arguments(assembly, stacks),
        environment=_local(target),
        folder=_NOWHERE,
        on_line=_report_events(on_progress),
    )


def start_deployment_ahead(assembly: Path, endpoint: str, start_ahead: ProgramStarter) -> None:
    """Let the CLI load while what it deploys, and the emulator it deploys to, are not there yet.

    The next `deploy` of all stacks to this endpoint finds it loaded.
    """
    start_ahead(
        _deploy_arguments(assembly, ("--all",)), environment=local_environment(endpoint), folder=_NOWHERE
    )


def deploy_to_account(
    assembly: Path,
    target: Target,
    run: ProgramRunner,
    *,
    on_progress: Callable[[str], None] = lambda _now: None,
) -> None:
    """Deploy every stack of `assembly` to the real account that `target` is, which the caller confirmed."""
    target.identity()
    run(
        [_program("cdk"), *_deploy_options(assembly), "--require-approval", "never"],
        environment=account_environment(target.region),
        folder=_NOWHERE,
        on_line=_report_events(on_progress),
    )


def _deploy_arguments(assembly: Path, stacks: Sequence[str]) -> list[str]:
    """To an emulator. Not `cdklocal`: it sets the variables of `local_environment`, and starts the CLI."""
    return [
        _program("cdk"),
        *_deploy_options(assembly, stacks),
        "--require-approval",
        "never",
        "--method",
        "direct",
    ]


def _synth_options(assembly: Path, python: Path, validate: bool) -> list[str]:
    return [
        "--quiet",
        "--no-notices",
        "--validation" if validate else "--no-validation",
        "--app",
        f"{python.name} app.py",
        "--output",
        str(assembly),
    ]


def _with_python(python: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which the name of this interpreter finds it.

    `--app` is split at blanks before a shell reads it, so it cannot name a program below `/my lab (1)`.
    """
    path = f"{python.parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**environment, "PATH": path}


def _deploy_options(assembly: Path, stacks: Sequence[str] = ("--all",)) -> list[str]:
    return [
        "deploy",
        "--app",
        str(assembly),
        *stacks,
        "--no-notices",
        "--progress",
        "events",
        "--concurrency",
        "4",
    ]


def _context_options(context: Mapping[str, str]) -> list[str]:
    return [option for key, value in context.items() for option in ("--context", f"{key}={value}")]


def _local(target: Target) -> dict[str, str]:
    if target.endpoint is None:
        raise ValueError("a real account is deployed to by deploy_to_account")
    return local_environment(target.endpoint)


def _program(name: str) -> str:
    path = _PROGRAMS / name
    if not path.exists():
        raise DeploymentFailed(f"{name} is not installed", hint=SETUP_HINT)
    return str(path)


def _report_events(on_progress: Callable[[str], None]) -> Callable[[str], None]:
    def on_line(line: str) -> None:
        if event := _EVENT.match(line):
            on_progress(f"{event[1]} {event[2]}")

    return on_line
