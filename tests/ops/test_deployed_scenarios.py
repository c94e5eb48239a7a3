"""The app as scenarios have it deployed: one process at a time deploys, and each engine is stopped."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from ops.lab.deployment import cdk_cli, toolkit_stack
from ops.lab.errors import DeploymentFailed
from scenarios import deployed
from scenarios.deployed import started


@dataclass
class _NotedEngine:
    """An engine that keeps what is done with it in `done`."""

    done: list[str] = field(default_factory=list)

    def start(self) -> str:
        self.done.append("start")
        return "http://127.0.0.1:9"

    def stop(self) -> None:
        self.done.append("stop")

    def kill(self) -> None: ...

    def kill_function(self, function_name: str) -> None: ...

    def function_seconds(self) -> int:
        return 0

    def ailment(self) -> str | None:
        return None

    def log_tail(self) -> str:
        return ""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _NotedEngine:
    """The CDK deploys nothing, and notes whether another process could deploy meanwhile."""
    engine = _NotedEngine()

    def synthesize(assembly: Path, *_: object, **__: object) -> bool:
        assembly.mkdir()
        return True

    def deploy(*_: object, **__: object) -> None:
        engine.done.append("deploy alone" if _is_deploying(tmp_path) else "deploy beside others")

    monkeypatch.setattr(cdk_cli, "synthesize", synthesize)
    monkeypatch.setattr(cdk_cli, "deploy", deploy)
    monkeypatch.setattr(toolkit_stack, "bootstrap", lambda _: True)
    monkeypatch.setattr(deployed, "mode_of", lambda _: None)
    return engine


def _is_deploying(assemblies: Path) -> bool:
    try:
        with FileLock(assemblies / "deployment.lock", timeout=0):
            return False
    except Timeout:
        return True


def test_it_is_deployed_alone_and_then_others_may(tmp_path: Path, engine: _NotedEngine) -> None:
    folder = tmp_path / "lab"
    with started(lambda _: engine, folder, {"envName": "lab"}, "direct", assemblies=tmp_path) as running:
        assert running.engine is engine
        assert engine.done == ["start", "deploy alone"]
        assert not _is_deploying(tmp_path)
    assert engine.done == ["start", "deploy alone", "stop"]


def test_a_deployment_that_fails_stops_its_engine_and_lets_others_deploy(
    tmp_path: Path, engine: _NotedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DeploymentFailed("no such thing")

    monkeypatch.setattr(cdk_cli, "deploy", fail)
    with (
        pytest.raises(DeploymentFailed),
        started(lambda _: engine, tmp_path / "lab", {"envName": "lab"}, "direct", assemblies=tmp_path),
    ):
        pytest.fail("it was not deployed")
    assert engine.done == ["start", "stop"]
    assert not _is_deploying(tmp_path)
