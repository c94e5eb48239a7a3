"""What an open page says while the emulator is killed, started and deployed anew; and that it goes on."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ops.lab.app.target import Target
from ops.lab.app.traffic import send_events
from ops.lab.console.serving import console_process
from ops.lab.console.serving.console_process import RunningConsole
from ops.lab.local import running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import free_port
from ops.lab.local.running_lab import RunningLab
from ops.lab.repository import REPOSITORY
from ops.lab.waiting import eventually
from scenarios.console.visitor import Visitor

# Of a machine that is busy otherwise.
SECONDS_TO_COME_UP = 600.0
SECONDS_TO_NOTICE = 120.0
EVENTS = 23


@dataclass(frozen=True)
class OwnLab:
    """A lab of `lab up`, with its console, in a folder and on ports of its own."""

    directory: LabDirectory
    port: int
    console_port: int

    def command(self, *arguments: str) -> None:
        """Run `lab` in it. Fails with what it said."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAB_"))}
        ended = subprocess.run(
            [sys.executable, "-m", "ops.lab", *arguments],
            cwd=REPOSITORY,
            env=mine
            | {
                "LAB_DIR": str(self.directory.root),
                "LAB_PORT": str(self.port),
                "LAB_CONSOLE_PORT": str(self.console_port),
                "NO_COLOR": "1",
            },
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_COME_UP,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def up(self, **settings: str) -> None:
        """Without the files pipeline, which is not looked at here."""
        wanted = {"csvPipeline": "false", **settings}
        self.command("up", *(f"--context={key}={value}" for key, value in wanted.items()))

    @property
    def running(self) -> RunningLab:
        found = running_lab.living(self.directory.state_file)
        assert found is not None
        return found

    @property
    def console(self) -> RunningConsole:
        found = console_process.living(self.directory)
        assert found is not None, self.directory.console_log.read_text()
        return found

    @property
    def target(self) -> Target:
        return Target.running(self.running.emulator.endpoint, self.running.env_name)

    def kill(self) -> None:
        """The emulator, as a machine does that runs out of memory. Its functions outlive it."""
        os.kill(self.running.pid, signal.SIGKILL)


@pytest.fixture
def own_lab(chromium: Browser, pytestconfig: pytest.Config, tmp_path: Path) -> Iterator[OwnLab]:
    """Up for one test, and down after it."""
    if pytestconfig.getoption("--target"):
        pytest.skip("kills its emulator: run it without --target")
    lab = OwnLab(LabDirectory(tmp_path / "lab"), free_port(), free_port())
    try:
        lab.up()
        yield lab
    finally:
        lab.command("down")


# The app is deployed twice, and before the test once.
@pytest.mark.timeout(2 * SECONDS_TO_COME_UP, func_only=True)
def test_after_kill_up_and_a_deployment_the_page_goes_on_by_itself(
    chromium: Browser, own_lab: OwnLab
) -> None:
    visitor = Visitor(chromium, own_lab.console)
    with visitor.visit() as visit:
        visit.settle()
        line, levers = visit.page.locator("#connection"), visitor.open(visit.page.context, "/levers")
        levers.settle()

        own_lab.kill()
        for words in ("Not up to date", "lab up", "This page goes on by itself"):
            visit.expect("#connection", words, seconds=SECONDS_TO_NOTICE)

        # Empty now: the app is deployed to it anew. The console is the same one, and so is its address.
        console = own_lab.console
        own_lab.up()
        assert own_lab.console == console
        line.wait_for(state="hidden", timeout=SECONDS_TO_NOTICE * 1000)
        assert send_events(own_lab.target, EVENTS).statuses == {"202": EVENTS}
        requests = visit.page.locator("#edge-requests")
        eventually(
            lambda: re.findall(r"(\d+)\s+in 10 minutes", requests.inner_text()),
            within=SECONDS_TO_NOTICE,
            until=lambda counts: bool(counts) and int(counts[0]) >= EVENTS,  # one that got 503 is sent again
            what=f"{EVENTS} requests in the picture",
        )

        # Another deployment, to the same emulator: the page of the levers hears of it as well.
        before = levers.page.locator("#now-batch-size").inner_text()
        assert not before.startswith("3 ")
        own_lab.up(batchSize="3")
        levers.expect("#now-batch-size", "3 records", seconds=SECONDS_TO_NOTICE)
        assert visit.page.url == f"{visitor.root}/"
        assert own_lab.console == console
