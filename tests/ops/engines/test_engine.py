"""Choice of the engine: process or container, and what is said where neither can be had."""

import pytest

from ops.lab.engines import docker_cli
from ops.lab.engines.engine import EngineChoice, EngineName, choose
from ops.lab.errors import EmulatorFailed


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_cli, "engine_version", lambda: None)


@pytest.fixture
def docker_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine answers, and no image can be built."""

    def fail() -> None:
        raise EmulatorFailed("no network")

    monkeypatch.setattr(docker_cli, "engine_version", lambda: "28.0.0")
    monkeypatch.setattr(docker_cli, "build_image", fail)


def test_the_process_is_taken_as_told() -> None:
    assert choose(EngineName.PROCESS) == EngineChoice(EngineName.PROCESS, "as told")


@pytest.mark.usefixtures("no_docker")
def test_auto_takes_the_process_where_no_engine_answers_and_says_so() -> None:
    assert str(choose(EngineName.AUTO)) == "process: no Docker engine answers"


@pytest.mark.usefixtures("no_docker")
def test_docker_is_not_silently_replaced() -> None:
    with pytest.raises(EmulatorFailed, match="no Docker engine answers"):
        choose(EngineName.DOCKER)


@pytest.mark.usefixtures("docker_without_network")
def test_auto_takes_the_process_where_no_image_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_cli, "image_bytes", lambda: None)
    assert choose(EngineName.AUTO) == EngineChoice(EngineName.PROCESS, "no network")


@pytest.mark.usefixtures("docker_without_network")
@pytest.mark.parametrize("wanted", [EngineName.AUTO, EngineName.DOCKER])
def test_an_image_that_is_there_serves_where_it_cannot_be_built_anew(
    monkeypatch: pytest.MonkeyPatch, wanted: EngineName
) -> None:
    monkeypatch.setattr(docker_cli, "image_bytes", lambda: 1)
    choice = choose(wanted)
    assert choice.name is EngineName.DOCKER
    assert "older one, for no network" in choice.reason


@pytest.mark.parametrize("ending", ["missing", "failing"])
def test_a_docker_command_that_is_missing_or_fails_is_no_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, ending: str
) -> None:
    folder = tmp_path_factory.mktemp("bin")
    if ending == "failing":
        (folder / "docker").write_text("#!/bin/sh\necho 28.0.0\nexit 1\n")
        (folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin" if ending == "failing" else str(folder))
    assert docker_cli.engine_version() is None
