"""When LocalStack goes, whatever way, no function process stays behind."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from ops.lab.local import emulator_process
from ops.lab.local.emulator_process import EmulatorProcess
from ops.lab.local.ports import free_port
from tests.emulator.lambda_functions import alive, deploy, eventually

# Tells its process id, then computes without ever letting go of the processor.
BUSY = """
import os
from pathlib import Path
def handler(event, context):
    Path(event).write_text(str(os.getpid()))
    while True: pass
"""
IDLE = "import os\ndef handler(event, context): return os.getpid()"


@pytest.fixture
def own_emulator(tmp_path: Path) -> Iterator[EmulatorProcess]:
    process = emulator_process.start(free_port(), tmp_path / "state")
    try:
        emulator_process.wait_until_ready(process)
        yield process
    finally:
        emulator_process.stop(process)


def _pid_in(path: Path) -> int:
    eventually(lambda: path.exists() and path.read_text() != "")
    return int(path.read_text())


def _kill(process: EmulatorProcess) -> None:
    os.kill(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("end", [_kill, emulator_process.stop], ids=["killed", "stopped"])
@pytest.mark.parametrize("start", ["forked", "executed"])
def test_neither_idle_nor_busy_functions_outlive_localstack(
    own_emulator: EmulatorProcess, tmp_path: Path, end: Callable[[EmulatorProcess], None], start: str
) -> None:
    # Variables that Python reads at its start rule out a fork of the process that has the SDK loaded.
    variables = {"PYTHONHASHSEED": "0"} if start == "executed" else {}
    idle, busy = (
        deploy(own_emulator.endpoint, source, Environment={"Variables": variables}) for source in (IDLE, BUSY)
    )
    idle_pid = idle.invoke().payload
    with ThreadPoolExecutor(1) as caller:
        unanswered = caller.submit(busy.invoke, str(tmp_path / "pid"))
        busy_pid = _pid_in(tmp_path / "pid")
        assert alive(idle_pid)
        end(own_emulator)
        eventually(lambda: not alive(idle_pid) and not alive(busy_pid))
        wait([unanswered])


def test_functions_are_started_again_after_their_parent_was_killed(own_emulator: EmulatorProcess) -> None:
    function = deploy(own_emulator.endpoint, "import os\ndef handler(event, context): return os.getppid()")
    parent = function.invoke().payload
    os.kill(parent, signal.SIGKILL)
    eventually(lambda: not alive(parent))
    assert function.invoke().payload != parent
