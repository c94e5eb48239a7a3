"""What a running container may do and whom it lets in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.lab.engines import docker_cli
from ops.lab.engines.container_engine import ContainerEngine
from tests.docker.conftest import Stack

MAX_IMAGE_BYTES = 900_000_000


@pytest.fixture(scope="module")
def containers(stack: Stack) -> Iterator[list[dict[str, Any]]]:
    """The three services, and the emulator as testcontainers runs it."""
    engine = ContainerEngine()
    try:
        engine.start()
        yield [*stack.compose.containers(), engine.container.attrs]
    finally:
        engine.stop()


def test_four_containers_are_looked_at(containers: list[dict[str, Any]]) -> None:
    assert len(containers) == 4


def test_no_container_runs_as_root(containers: list[dict[str, Any]]) -> None:
    for container in containers:
        user = container["Config"]["User"].partition(":")[0]
        assert user.isdecimal()
        assert int(user) > 0


def test_the_processes_inside_are_not_roots(stack: Stack) -> None:
    said = stack.compose.run("exec", "-T", "emulator", "cat", "/proc/1/status").stdout
    fields = dict(line.split(":\t", 1) for line in said.splitlines())
    assert fields["Uid"].split() == ["10001"] * 4
    assert (int(fields["CapEff"], 16), int(fields["CapBnd"], 16), fields["NoNewPrivs"]) == (0, 0, "1")


def test_nothing_of_the_host_is_mounted(containers: list[dict[str, Any]]) -> None:
    for container in containers:
        assert [mount for mount in container["Mounts"] if mount["Type"] != "tmpfs"] == []
        assert not container["HostConfig"]["Binds"]


def test_capabilities_are_dropped_and_none_is_added(containers: list[dict[str, Any]]) -> None:
    for container in containers:
        host = container["HostConfig"]
        assert (host["CapDrop"], host["CapAdd"], host["Privileged"]) == (["ALL"], None, False)
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert host["ReadonlyRootfs"] is True


def test_every_published_port_is_on_loopback(containers: list[dict[str, Any]]) -> None:
    published = [
        binding["HostIp"]
        for container in containers
        for bindings in (container["NetworkSettings"]["Ports"] or {}).values()
        for binding in bindings or []
    ]
    assert published == ["127.0.0.1"] * 3


def test_the_image_stays_small(image: None) -> None:
    size = docker_cli.image_bytes()
    assert size is not None
    assert size < MAX_IMAGE_BYTES


def test_the_files_of_this_checkout_are_in_the_image_and_no_cache(stack: Stack) -> None:
    listed = stack.compose.run("exec", "-T", "emulator", "ls", "-A", "/lab").stdout.split()
    assert set(listed) == {".venv", "functions", "infra", "ops", "pyproject.toml", "scenarios"}
    assert Path("Makefile").name not in listed
