"""The container engine tells a dead emulator, and cleans up after those that could not."""

import threading
import time
from collections.abc import Iterator

import docker
import pytest

from ops.lab.engines import container_engine
from ops.lab.engines.container_engine import OWNER_LABEL, ContainerEngine, remove_orphans
from ops.lab.engines.docker_cli import IMAGE
from ops.lab.errors import EmulatorFailed
from ops.lab.waiting import eventually
from scenarios.watchdog import Watchdog

SECONDS_TO_NOTICE = 10


@pytest.fixture
def engine(image: None) -> Iterator[ContainerEngine]:
    engine = ContainerEngine()
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()


def _owned() -> list[str]:
    return [found.id for found in docker.from_env().containers.list(all=True, filters={"label": OWNER_LABEL})]


def test_a_killed_container_fails_the_scenario_within_seconds(engine: ContainerEngine) -> None:
    threading.Timer(1, engine.kill).start()
    started = time.monotonic()
    with (
        pytest.raises(EmulatorFailed, match=r"container \w+ exited, exit code 137"),
        Watchdog(engine).guarding(),
    ):
        eventually(lambda: False, within=120, what="a thing that never comes")
    assert time.monotonic() - started < 1 + SECONDS_TO_NOTICE


def test_a_failed_start_says_why_and_leaves_no_container(
    image: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container_engine._Emulator, "_configure", lambda self: self.with_command(["false"]))
    before = _owned()
    with pytest.raises(EmulatorFailed, match="container exited"):
        ContainerEngine().start()
    assert _owned() == before


def test_the_container_of_a_killed_owner_is_removed(image: None) -> None:
    free_pid = 2**22  # above the largest process id that Linux gives
    orphan = docker.from_env().containers.create(IMAGE, labels={OWNER_LABEL: str(free_pid)})
    assert orphan.id in remove_orphans()
    assert orphan.id not in _owned()
