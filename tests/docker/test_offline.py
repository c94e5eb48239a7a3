"""With the way out cut off, `up` succeeds: nothing is looked up or fetched."""

from pathlib import Path

import pytest

from ops.lab.emulator_process import free_port
from tests.docker.compose import Compose

_CUT_OFF = """
networks:
  default:
    internal: true
"""
_DEFAULT_ROUTE = "00000000"


def test_up_succeeds_without_a_way_out(image: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    override = tmp_path / "cut-off.yml"
    override.write_text(_CUT_OFF)
    monkeypatch.setenv("COMPOSE_FILE", f"docker-compose.yml:{override}")
    compose = Compose("dlq-lab-test-offline", free_port())
    try:
        log = compose.up()
        routes = compose.run("exec", "-T", "emulator", "cat", "/proc/net/route").stdout.splitlines()[1:]
        assert routes
        assert _DEFAULT_ROUTE not in [route.split()[1] for route in routes]
        assert "in DynamoDB: SUCCEEDED" in log
    finally:
        compose.down()
