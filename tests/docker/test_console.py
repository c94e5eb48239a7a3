"""Container of the console: its address ends what `docker compose up` shows, and it serves the lab."""

import re
import urllib.error
import urllib.request

import pytest

from ops.lab.waiting import eventually
from tests.docker.conftest import Stack


def _log(stack: Stack) -> str:
    return stack.compose.run("logs", "--no-log-prefix", "console").stdout


@pytest.fixture(scope="module")
def address(stack: Stack) -> str:
    """As the container prints it."""
    found = eventually(lambda: re.search(r"http://\S+#token=\S+", _log(stack)), within=60, what="its address")
    assert found is not None
    return found[0]


def test_it_becomes_healthy(stack: Stack) -> None:
    stack.compose.run("up", "--detach", "--no-build", "--wait", "console")


def test_the_host_opens_it_by_the_address_that_is_shown(stack: Stack, address: str) -> None:
    assert address.startswith(f"http://127.0.0.1:{stack.compose.console_port}/#token=")
    with urllib.request.urlopen(address, timeout=60) as page:
        assert "DLQ Reliability Lab" in page.read().decode()


def test_a_change_by_its_page_reaches_the_lab(stack: Stack, address: str) -> None:
    token = address.rpartition("=")[2]
    assert _heal(address, token) == 200
    assert _heal(address, "another") == 403


def _heal(address: str, token: str) -> int:
    heal = urllib.request.Request(
        f"{address.partition('#')[0]}pipeline/heal", method="POST", headers={"X-Lab-Token": token}
    )
    try:
        with urllib.request.urlopen(heal, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
