"""Command line of the CDK: what is synthesized and deployed, with which environment, and how it fails."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from ops.lab.app.target import Target
from ops.lab.deployment import cdk_cli
from ops.lab.errors import DeploymentFailed, Refused
from ops.lab.local.child_process import ChildProcesses


@dataclass
class RecordedRuns:
    """Takes the place of running a program: keeps what would have been run."""

    calls: list[tuple[list[str], Mapping[str, str], Path]] = field(default_factory=list)

    def __call__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        on_line: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.calls.append(([Path(arguments[0]).name, *arguments[1:]], environment, folder))
        on_line("IngestionLab-dev-Queue | 3/9 | 3:25:59 AM | CREATE_COMPLETE | AWS::SQS::Queue | Q")
        if "--output" in arguments:
            Path(arguments[arguments.index("--output") + 1]).mkdir()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> RecordedRuns:
    monkeypatch.setattr(cdk_cli, "_program", lambda name: f"/bin/{name}")
    return RecordedRuns()


def test_the_same_sources_are_synthesized_once(tmp_path: Path, runs: RecordedRuns) -> None:
    assembly = tmp_path / "cdk.out"
    assert cdk_cli.synthesize(assembly, {"envName": "dev"}, runs, fingerprint="a")
    assert not cdk_cli.synthesize(assembly, {"envName": "dev"}, runs, fingerprint="a")
    assert cdk_cli.synthesize(assembly, {"envName": "dev"}, runs, fingerprint="b")
    assert len(runs.calls) == 2


def test_synth_passes_the_context_on(tmp_path: Path, runs: RecordedRuns) -> None:
    cdk_cli.synthesize(tmp_path / "cdk.out", {"envName": "lab", "batchSize": "5"}, runs)
    arguments, _, folder = runs.calls[0]
    assert arguments[-4:] == ["--context", "envName=lab", "--context", "batchSize=5"]
    assert folder == cdk_cli.INFRA


@pytest.mark.parametrize(("validate", "option"), [(True, "--validation"), (False, "--no-validation")])
def test_synth_validates_the_templates_where_that_is_wanted(
    tmp_path: Path, runs: RecordedRuns, validate: bool, option: str
) -> None:
    cdk_cli.synthesize(tmp_path / "cdk.out", {}, runs, validate=validate)
    assert option in runs.calls[0][0]


def test_synth_finds_this_python_wherever_it_lies(
    tmp_path: Path, runs: RecordedRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "a b (1)" / "bin" / "python3"
    monkeypatch.setattr(sys, "executable", str(program))
    cdk_cli.synthesize(tmp_path / "cdk.out", {}, runs)
    arguments, environment, _ = runs.calls[0]
    assert arguments[arguments.index("--app") + 1] == "python3 app.py"  # the CLI splits it at blanks
    assert environment["PATH"].split(os.pathsep)[0] == str(program.parent)


def test_another_checkout_is_synthesized_with_its_own_python(tmp_path: Path, runs: RecordedRuns) -> None:
    cdk_cli.synthesize(tmp_path / "cdk.out", {}, runs, repository=tmp_path / "other")
    arguments, environment, folder = runs.calls[0]
    assert folder == tmp_path / "other" / "infra"
    assert arguments[arguments.index("--app") + 1] == "python app.py"
    assert environment["PATH"].split(os.pathsep)[0] == str(tmp_path / "other" / ".venv" / "bin")


def test_a_deployment_has_every_stack_or_those_that_are_named(
    tmp_path: Path, runs: RecordedRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target.running("http://127.0.0.1:4566")
    monkeypatch.setattr(target, "identity", dict)
    cdk_cli.deploy(tmp_path, target, runs)
    cdk_cli.deploy(tmp_path, target, runs, stacks=("Lab-A", "Lab-B"))
    every, named = (arguments for arguments, _, _ in runs.calls)
    assert "--all" in every
    assert named[named.index(str(tmp_path)) + 1 :][:2] == ["Lab-A", "Lab-B"]
    assert "--all" not in named


@pytest.mark.usefixtures("no_aws_settings")
def test_a_deployment_to_aws_has_no_endpoint_and_uses_the_same_assembly(
    tmp_path: Path, runs: RecordedRuns
) -> None:
    seen: list[str] = []
    with mock_aws():
        cdk_cli.deploy_to_account(tmp_path, Target.aws(environ={}), runs, on_progress=seen.append)
    arguments, environment, _ = runs.calls[0]
    assert arguments[:5] == ["cdk", "deploy", "--app", str(tmp_path), "--all"]
    assert [name for name in environment if name.startswith("AWS_ENDPOINT_URL")] == []
    assert seen == ["IngestionLab-dev-Queue 3/9"]


@pytest.mark.usefixtures("no_aws_settings")
def test_the_local_deployment_does_not_start_for_a_real_account(tmp_path: Path, runs: RecordedRuns) -> None:
    target = Target.running("http://127.0.0.1:4566")
    target._options = {}  # as if the endpoint passed the call on: moto answers as account 123456789012
    with mock_aws(), pytest.raises(Refused, match="123456789012"):
        cdk_cli.deploy(tmp_path, target, runs)
    assert runs.calls == []


def test_a_failing_program_shows_the_end_of_what_it_said(tmp_path: Path) -> None:
    children = ChildProcesses(tmp_path / "log")
    with pytest.raises(DeploymentFailed, match="status 3") as failure:
        children.run(["sh", "-c", "echo the reason; exit 3"], environment={}, folder=tmp_path)
    assert "the reason" in failure.value.hint
    assert (tmp_path / "log").read_text() == "the reason\n"


def test_a_missing_cdk_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdk_cli, "_PROGRAMS", tmp_path)
    with pytest.raises(DeploymentFailed, match="cdk is not installed") as failure:
        cdk_cli.synthesize(tmp_path / "out", {}, RecordedRuns())
    assert "make setup" in failure.value.hint


def test_a_deployment_that_was_started_ahead_is_the_one_that_runs(
    tmp_path: Path, runs: RecordedRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program, environment or folder would be started again, and what was started left waiting."""
    target = Target.running("http://127.0.0.1:4566")
    monkeypatch.setattr(target, "identity", dict)
    cdk_cli.start_deployment_ahead(tmp_path, "http://127.0.0.1:4566", runs)
    cdk_cli.deploy(tmp_path, target, runs)
    ahead, run = runs.calls
    assert ahead == run


WAITS = "import sys; said = sys.stdin.readline(); print('began', repr(said), sys.stdin.read() == '')"


def test_a_program_that_was_started_ahead_goes_on_when_it_is_run(tmp_path: Path) -> None:
    children, said = ChildProcesses(tmp_path / "log"), list[str]()
    program: dict[str, Any] = {"environment": os.environ, "folder": tmp_path}
    children.start_ahead([sys.executable, "-c", WAITS], **program)
    children.run([sys.executable, "-c", WAITS], **program, on_line=said.append)
    assert said == [r"began '\n' True"]


def test_a_program_that_is_not_needed_after_all_is_ended(tmp_path: Path) -> None:
    children, said = ChildProcesses(tmp_path / "log"), list[str]()
    program: dict[str, Any] = {"environment": os.environ, "folder": tmp_path}
    children.start_ahead([sys.executable, "-c", WAITS], **program)
    (process,) = children._running
    children.end_all()
    assert process.wait(30) != 0
    children.run([sys.executable, "-c", WAITS], **program, on_line=said.append)
    assert said == ["began '' True"]
