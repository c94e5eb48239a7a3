"""`docker compose up` ends with the app deployed and proven, and can be repeated, moved and taken down."""

import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.lab.app.api import Api
from ops.lab.app.stacks import environments
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.lifecycle.plan import FIRST_ENV
from ops.lab.local.ports import free_port
from tests.docker.compose import Compose
from tests.docker.conftest import Stack


def _lab(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def beside(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `lab` on the host that started nothing itself."""
    monkeypatch.setenv("LAB_DIR", str(tmp_path))
    monkeypatch.setenv("LAB_PORT", str(stack.compose.port))


def test_the_deploy_log_shows_one_event_that_succeeded_and_the_url(stack: Stack) -> None:
    assert "in DynamoDB: SUCCEEDED" in stack.deploy_log
    assert f"API       {stack.endpoint}/" in stack.deploy_log


@pytest.mark.usefixtures("beside")
def test_the_host_reaches_the_api_and_sees_the_stack(stack: Stack) -> None:
    [url] = [line.split()[1] for line in stack.deploy_log.splitlines() if line.startswith("  API ")]
    with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:
        assert answer.status == 200
    status = _lab("status", "--target", "running")
    assert f"IngestionLab-{FIRST_ENV}-Api            CREATE_COMPLETE" in status
    assert url in status
    assert "5 succeeded" in _lab("send", "--count", "5", "--wait")


def test_the_environment_is_found_by_its_stacks(stack: Stack) -> None:
    assert environments(Target.running(stack.endpoint, FIRST_ENV).cloudformation) == [FIRST_ENV]


def test_up_again_keeps_the_emulator_and_what_it_holds(stack: Stack) -> None:
    target = Target.running(stack.endpoint, FIRST_ENV)
    [before] = [c["Id"] for c in stack.compose.containers() if c["Name"].endswith("emulator-1")]
    url = target.output("ApiUrl")

    stack.compose.run("up", "--detach", "--no-build")
    stack.compose.await_deployment()

    [after] = [c["Id"] for c in stack.compose.containers() if c["Name"].endswith("emulator-1")]
    assert (after, Target.running(stack.endpoint, FIRST_ENV).output("ApiUrl")) == (before, url)
    assert Api.of(target).request("GET", "/health").status == 200


def test_a_port_in_use_is_named_and_another_port_works(image: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        port = foreign.getsockname()[1]
        taken = Compose("dlq-lab-test-conflict", port)
        try:
            refused = taken.run("up", "--detach", "--no-build", "emulator", check=False)
            assert refused.returncode != 0
            assert f"127.0.0.1:{port}" in refused.stderr
            assert "address already in use" in refused.stderr
            moved = Compose("dlq-lab-test-conflict", free_port())
            moved.run("up", "--detach", "--no-build", "--wait", "emulator")
        finally:
            taken.down()


def test_down_leaves_nothing(image: None) -> None:
    compose = Compose("dlq-lab-test-down", free_port())
    compose.run("up", "--detach", "--no-build", "--wait", "emulator")
    compose.down()
    for what in (["ps", "--all"], ["volume", "ls"], ["network", "ls"]):
        label = f"label=com.docker.compose.project={compose.project}"
        listed = ["docker", *what, "--quiet", "--filter", label]
        assert subprocess.run(listed, capture_output=True, text=True, check=True).stdout == ""
