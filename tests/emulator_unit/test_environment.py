"""What LocalStack is started with, out of an environment that is full of other projects' variables."""

import subprocess
import sys
from pathlib import Path

import pytest

from lab_emulator import environment

FOREIGN = {
    "SERVICES": "s3",
    "EAGER_SERVICE_LOADING": "1",
    "DEBUG": "1",
    "LS_LOG": "trace",
    "GATEWAY_LISTEN": "0.0.0.0:9999",
    "LOCALSTACK_HOST": "localstack:9999",
    "CONFIG_PROFILE": "other",
    "CONFIG_DIR": "/home/me/.localstack",
    "MOTO_S3_CUSTOM_ENDPOINTS": "http://elsewhere",
    "AWS_PROFILE": "production",
    "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL": "60",
    "POWERTOOLS_DEV": "1",
    "PYTHONPATH": "/other",
}


@pytest.fixture
def prepared(tmp_path: Path) -> dict[str, str]:
    environ = FOREIGN | {"PATH": "/bin", "LAB_PORT": "4600", "LAB_STATE_DIR": str(tmp_path)}
    environ |= {"LAB_LOCALSTACK_SNAPSHOT_FLUSH_INTERVAL": "3", "LAB_LOCALSTACK_GATEWAY_SERVER": "hypercorn"}
    environ |= {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "intranet"}
    environment.prepare(environ)
    return environ


def test_nothing_of_another_localstack_counts(prepared: dict[str, str]) -> None:
    assert [name for name, value in FOREIGN.items() if prepared.get(name) == value] == []
    assert prepared["GATEWAY_LISTEN"] == prepared["LOCALSTACK_HOST"] == "127.0.0.1:4600"
    assert prepared.keys() & {"SERVICES", "DEBUG", "AWS_PROFILE", "PYTHONPATH", "CONFIG_PROFILE"} == set()


def test_what_is_meant_for_this_one_counts_unless_it_is_fixed(prepared: dict[str, str]) -> None:
    assert prepared["SNAPSHOT_FLUSH_INTERVAL"] == "3"
    assert prepared["GATEWAY_SERVER"] == "listen_address"


def test_the_proxy_stays_for_the_world_outside_alone(prepared: dict[str, str]) -> None:
    assert prepared["HTTP_PROXY"] == "http://proxy:3128"
    assert prepared["no_proxy"] == prepared["NO_PROXY"] == "intranet,127.0.0.1,localhost,::1,[::1]"


def test_no_credentials_are_looked_for(tmp_path: Path) -> None:
    """moto makes clients without any. Looking for some asks the network, or runs the caller's program."""
    home = tmp_path / "home" / ".aws"
    home.mkdir(parents=True)
    (home / "config").write_text(f"[default]\ncredential_process = touch {tmp_path / 'called'}\n")
    environ = {"PATH": "/bin", "HOME": str(home.parent), "LAB_STATE_DIR": str(tmp_path / "state")}
    environ |= {"HTTP_PROXY": "http://127.0.0.1:9"}
    environment.prepare(environ)
    code = "from botocore.session import get_session; print(get_session().get_credentials())"
    found = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )
    assert (found.stdout, found.stderr, (tmp_path / "called").exists()) == ("None\n", "", False)
