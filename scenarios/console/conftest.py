"""A console beside an emulator of its own, and a browser that opens it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from ops.lab.console.changes.action_journal import ActionJournal
from ops.lab.console.serving import console_process
from ops.lab.console.serving.console_process import RunningConsole
from ops.lab.console.serving.listener import bound_socket
from ops.lab.engines.engine import EngineChoice, EngineName
from ops.lab.local.directory import LabDirectory
from ops.lab.repository import WORKPLACE
from scenarios.conftest import CONTEXT, Ground
from scenarios.console.chromium import found_chromium, running_chromium
from scenarios.console.controls import missing, pressed_by
from scenarios.console.doorway import Doorway
from scenarios.console.visitor import PATIENCE_SECONDS, Visitor
from scenarios.deployed import Deployed


@dataclass(frozen=True)
class ServedConsole:
    """A console process, whose only way to the emulator is the doorway."""

    directory: LabDirectory
    doorway: Doorway

    @property
    def running(self) -> RunningConsole:
        found = console_process.living(self.directory)
        assert found is not None, self.directory.console_log.read_text()
        return found

    @property
    def journal(self) -> ActionJournal:
        return ActionJournal(self.directory.console_journal)

    def start(self, port: int = 0) -> RunningConsole:
        """Start it on this port, or on a free one."""
        with bound_socket(port) as listener:
            return console_process.start(self.directory, listener, lab_port=self.doorway.port)

    def stop(self) -> None:
        if running := console_process.living(self.directory):
            console_process.stop(self.directory, running)


@pytest.fixture(scope="package")
def chromium(choice: EngineChoice | None) -> Iterator[Browser]:
    """The browser. Skipped where this machine has none."""
    if choice is not None and choice.name is EngineName.DOCKER:
        pytest.skip("the pages are the same in containers: tests/docker opens them there")
    path = found_chromium()
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium, or LAB_CHROMIUM=/path/to/it")
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)  # Playwright's 5 s are a speed, which no test asserts
    with running_chromium(path) as browser:
        yield browser


@pytest.fixture(scope="package")
def deployed(chromium: Browser, ground: Ground) -> Iterator[Deployed]:
    """The app with both pipelines, as `lab up` deploys it."""
    with ground(
        {name: value for name, value in CONTEXT.items() if name != "csvPipeline"}, "direct"
    ) as running:
        if running.target.endpoint is None:
            pytest.skip("these tests break and feed the app by its pages: not on an account")
        yield running


@pytest.fixture(scope="package")
def served(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    """The console, started as `lab up` starts it."""
    port = urlsplit(deployed.target.endpoint or "").port
    assert port is not None
    directory = LabDirectory(tmp_path_factory.mktemp("console"))
    with Doorway(port) as doorway:
        served = ServedConsole(directory, doorway)
        served.start()
        try:
            yield served
        finally:
            served.stop()


@pytest.fixture
def visitor(
    chromium: Browser, served: ServedConsole, deployed: Deployed, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """Somebody who has the address, and presses what the test says that it presses."""
    deployed.watchdog.check()
    visitor = Visitor(chromium, served.running)
    yield visitor
    assert missing(pressed_by(request.function), visitor.did) == [], "named by the test, and not pressed"


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the screenshots are kept."""
    folder = WORKPLACE / "reports" / "console"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
