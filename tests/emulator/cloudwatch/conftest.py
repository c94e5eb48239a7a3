"""An emulator whose alarms are evaluated twenty times as often, and shorthands for it."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ops.lab.local import emulator_process
from ops.lab.local.ports import free_port
from tests.emulator.conftest import Emulator

SPEED = 20
NAMESPACE = "Tests"


@pytest.fixture(scope="package")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """LocalStack with LAB_SPEED=20: an alarm's minute takes three seconds."""
    folder = tmp_path_factory.mktemp("fast")
    process = emulator_process.start(free_port(), folder, speed=SPEED)
    try:
        emulator_process.wait_until_ready(process)
        yield Emulator(process.endpoint, process.pid, process.log_path)
    finally:
        emulator_process.stop(process)


@pytest.fixture
def cloudwatch(fast: Emulator) -> Any:
    return fast.client("cloudwatch")


@pytest.fixture
def metric() -> str:
    """The name of a metric that no other test writes to."""
    return f"metric-{uuid.uuid4()}"
