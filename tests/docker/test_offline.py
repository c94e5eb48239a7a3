"""With the way out cut off, `up` succeeds: nothing is looked up or fetched."""

from pathlib import Path

import docker
import pytest

from ops.lab.local.ports import free_port
from tests.docker.compose import Compose

_CUT_OFF = """
networks:
  default:
    internal: true
"""


def test_up_succeeds_without_a_way_out(image: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    override = tmp_path / "cut-off.yml"
    override.write_text(_CUT_OFF)
    monkeypatch.setenv("COMPOSE_FILE", f"docker-compose.yml:{override}")
    compose = Compose("dlq-lab-test-offline", free_port())
    try:
        log = compose.up()
        network = docker.from_env().networks.get(f"{compose.project}_default")
        assert network.attrs["Internal"] is True
        assert "in DynamoDB: SUCCEEDED" in log
    finally:
        compose.down()
