"""The files pipeline on an emulator of its own: its load must not slow down the drills of the other one."""

from collections.abc import Iterator

import pytest

from scenarios.conftest import Ground
from scenarios.deployed import Deployed
from scenarios.files.bench import Bench

CONTEXT = {"envName": "lab", "alarmEmail": "on-call@example.com", "fingerprintExample": "true"}


@pytest.fixture(scope="package")
def deployed(ground: Ground) -> Iterator[Deployed]:
    """The app with the files pipeline, and with the second example of its construct."""
    with ground(CONTEXT, "direct") as running:
        yield running


@pytest.fixture
def bench(deployed: Deployed) -> Iterator[Bench]:
    """The files pipeline with nothing in it and no fault. Whatever a test changed is put back after it."""
    deployed.watchdog.check()
    bench = Bench(deployed.target, deployed.engine)
    try:
        yield bench
    finally:
        if deployed.engine.ailment() is None:
            bench.restore()
