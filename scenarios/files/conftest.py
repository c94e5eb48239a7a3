"""The files pipeline on an emulator of its own: its load must not slow down the drills of the other one."""

from collections.abc import Iterator

import pytest

from ops.lab.engines.choice import Choice
from ops.lab.sinks import deployment
from ops.lab.sinks.client import SinksClient
from scenarios.conftest import Ground
from scenarios.deployed import Deployed
from scenarios.files.bench import Bench
from scenarios.files.reachable_sinks import reachable_sinks

CONTEXT = {"envName": "lab", "alarmEmail": "on-call@example.com", "fingerprintExample": "true"}


@pytest.fixture(scope="package")
def sinks(choice: Choice | None) -> Iterator[SinksClient | None]:
    """The sinks that the app is deployed with."""
    with reachable_sinks(choice) as started:
        yield started


@pytest.fixture(scope="package")
def deployed(ground: Ground, sinks: SinksClient | None) -> Iterator[Deployed]:
    """The app with the files pipeline, the second example of its construct, and the integrations."""
    access = sinks.access() if sinks else None
    with ground(CONTEXT | (deployment.context(access) if access else {}), "direct") as running:
        if access:
            deployment.put_secrets(running.target.secretsmanager, access)
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
