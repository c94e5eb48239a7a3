"""Contenders: what is refused before anything starts, and what each is given."""

import json
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner

from ops.lab.app.stacks import Stacks
from ops.lab.app.target import Target
from ops.lab.bench import checkout, profiler
from ops.lab.bench.contender import Contender, StepSeconds
from ops.lab.bench.contest import Rival
from ops.lab.bench.ministack import REQUIREMENTS, UNKNOWN_TYPES, install, stacks_of
from ops.lab.cli import app
from ops.lab.errors import CommandError, Refused
from ops.lab.local.directory import LabDirectory
from tests.ops.deployment.test_cdk_cli import RecordedRuns


class _Deployed(Target):
    """A target whose outputs are given."""

    def __init__(self, **outputs: str) -> None:
        super().__init__(
            boto3.Session(region_name="us-east-1"), endpoint="http://127.0.0.1:4600", env_name="dev"
        )
        self._given = Stacks("dev", {}, outputs)

    def stacks(self) -> Stacks:
        return self._given


def _contender(api_url: str) -> Contender:
    return Contender("lab", 1, _Deployed(ApiUrl=api_url), StepSeconds())


def _checkout(root: Path, *programs: str) -> Path:
    (root / "infra").mkdir(parents=True)
    (root / "infra" / "app.py").touch()
    for program in ("ops/emulator/README.md", *programs):
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).touch()
    return root


def test_an_api_on_loopback_is_called_as_it_is() -> None:
    contender = _contender("http://127.0.0.1:4600/_aws/execute-api/abc")

    assert contender.api_url == "http://127.0.0.1:4600/_aws/execute-api/abc"
    assert "host" not in contender.headers


def test_an_api_with_a_host_of_its_own_is_called_by_it_on_loopback() -> None:
    contender = _contender("http://abc.execute-api.localhost:4600/live")

    assert contender.api_url == "http://127.0.0.1:4600/live"
    assert contender.headers["host"] == "abc.execute-api.localhost:4600"


def test_steps_of_one_name_add_up() -> None:
    steps = StepSeconds()
    with steps.step("start"):
        pass
    first = steps.seconds["start"]
    with steps.step("start"):
        pass

    assert steps.seconds["start"] >= first


def test_a_rival_is_ministack_or_a_checkout(tmp_path: Path) -> None:
    root = _checkout(tmp_path / "older", ".venv/bin/python", "ops/emulator/.venv/bin/python")

    assert Rival.named("ministack") == Rival("ministack")
    assert Rival.named(str(root)).root == root


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is no checkout"):
        Rival.named(str(tmp_path))


def test_a_checkout_without_its_environments_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"lacks \.venv/bin/python") as refused:
        checkout.refuse_unready(_checkout(tmp_path / "older", "ops/emulator/.venv/bin/python"))

    assert refused.value.hint == f"make -C {tmp_path / 'older'} setup"


def test_an_assembly_tells_the_types_of_its_stacks(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(
        json.dumps(
            {
                "artifacts": {
                    "A": {
                        "type": "aws:cloudformation:stack",
                        "properties": {"templateFile": "a.json", "stackName": "Lab-A"},
                    },
                    "B": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "b.json"}},
                    "A.assets": {"type": "cdk:asset-manifest", "properties": {"file": "a.assets.json"}},
                }
            }
        )
    )
    queries = {"Resources": {"Q": {"Type": "AWS::Logs::QueryDefinition"}}}
    (tmp_path / "a.json").write_text(json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}))
    (tmp_path / "b.json").write_text(json.dumps(queries))

    assert stacks_of(tmp_path) == {"Lab-A": frozenset({"AWS::SQS::Queue"}), "B": UNKNOWN_TYPES}


def test_ministack_is_installed_once_and_again_for_other_versions(tmp_path: Path) -> None:
    folder = tmp_path / "ministack"
    folder.mkdir()
    runs = RecordedRuns()
    install(folder, runs)
    install(folder, runs)
    made, installed = (arguments for arguments, _, _ in runs.calls)

    assert made[1:3] == ["-m", "venv"]
    assert tuple(installed[-len(REQUIREMENTS) :]) == REQUIREMENTS
    (folder / ".installed").write_text("ministack==1.0.0")
    install(folder, runs)
    assert len(runs.calls) == 4


@pytest.mark.parametrize("clients", ["0", "1,x", "", "1,,4", "257", "-1", "1.5"])
def test_clients_are_numbers(clients: str, directory: LabDirectory) -> None:
    result = CliRunner().invoke(app, ["bench", "pipeline", "--clients", clients])

    assert (result.exit_code, "is no list of numbers from 1 to 256" in result.stderr) == (2, True), (
        result.output
    )


def test_a_profile_has_a_known_ending(directory: LabDirectory) -> None:
    result = CliRunner().invoke(app, ["bench", "pipeline", "--profile", "emulator.txt"])

    assert (result.exit_code, ".svg (flamegraph)" in result.stderr) == (2, True), result.output


def test_a_profile_beside_a_rival_is_refused(directory: LabDirectory) -> None:
    options = ["--profile", "emulator.svg", "--against", "ministack"]
    result = CliRunner().invoke(app, ["bench", "pipeline", *options])

    assert (result.exit_code, "would compare nothing" in result.stderr) == (2, True), result.output


def test_without_py_spy_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CommandError, match="not installed") as failed:
        profiler.find_profiler(tmp_path / "emulator.svg")

    assert "pip install" in failed.value.hint
    assert "py-spy==" in failed.value.hint


def test_the_profiler_s_version_is_that_of_the_extra() -> None:
    pyproject = (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text()

    assert f'profile = ["py-spy=={profiler.VERSION}"]' in pyproject
