"""The stack of docker-compose.yml, up once for this folder's tests. They need a Docker engine."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ops.lab.engines.engine import EngineName, choose
from ops.lab.local.ports import free_port
from tests.docker.compose import Compose


@dataclass(frozen=True)
class Stack:
    """The project that is up, and what its `deploy` service printed."""

    compose: Compose
    deploy_log: str

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.compose.port}"


@pytest.fixture(scope="session")
def image() -> None:
    """The lab's image, built from this checkout."""
    choose(EngineName.DOCKER)


@pytest.fixture(scope="session")
def stack(image: None) -> Iterator[Stack]:
    compose = Compose("dlq-lab-test", free_port())
    try:
        yield Stack(compose, compose.up())
    finally:
        compose.down()
