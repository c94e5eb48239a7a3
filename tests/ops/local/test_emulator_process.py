"""Process of LocalStack: started, waited for, and stopped with all its functions."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ops.lab.errors import EmulatorFailed
from ops.lab.local import background_process, emulator_process, process_table
from ops.lab.local.emulator_process import EmulatorProcess
from ops.lab.local.ports import free_port
from ops.lab.local.process_table import descendants, runs_emulator
from ops.lab.local.start_progress import StartProgress
from ops.lab.waiting import eventually

# Starts a "function" in a session of its own that ignores SIGTERM, tells its number, and stays.
_LOCALSTACK = """
import subprocess, sys, time
code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
child = subprocess.Popen(
    [sys.executable, "-c", code, "lab_emulator"], start_new_session=True, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


def test_stopping_ends_functions_that_are_in_groups_of_their_own(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LOCALSTACK, "lab_emulator"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as leader:
        assert leader.stdout is not None
        function = int(leader.stdout.readline())
        assert function in descendants(leader.pid)
        emulator_process.stop(EmulatorProcess(port=1, pid=leader.pid, log_path=tmp_path))
        assert not runs_emulator(function)
        assert not runs_emulator(leader.pid)


def test_functions_that_work_use_the_processor(tmp_path: Path) -> None:
    working = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    with subprocess.Popen([sys.executable, "-c", working, "lab_emulator"], start_new_session=True) as leader:
        emulator = EmulatorProcess(port=1, pid=leader.pid, log_path=tmp_path)
        try:
            seconds = eventually(emulator.function_seconds, within=60, what="a second of work")
            assert isinstance(seconds, int)
        finally:
            os.killpg(leader.pid, signal.SIGKILL)


def test_stopping_what_is_gone_is_harmless(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    emulator_process.stop(EmulatorProcess(port=1, pid=gone.pid, log_path=tmp_path))


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        port = foreign.getsockname()[1]
        with pytest.raises(EmulatorFailed, match=f"port {port} is in use"):
            emulator_process.start(port, tmp_path / "state", python=Path(sys.executable))
    assert not (tmp_path / "state").exists()


def test_an_emulator_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmulatorFailed, match="not installed") as failure:
        emulator_process.start(free_port(), tmp_path, python=tmp_path / "python")
    assert "make setup" in failure.value.hint


def test_a_part_that_did_not_load_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parts = [{"name": "server", "loaded": True}, {"name": "poller", "loaded": False, "error": "KeyError: 1"}]
    monkeypatch.setattr(emulator_process, "parts_of", lambda _: parts)
    monkeypatch.setattr(EmulatorProcess, "alive", lambda _: True)
    with pytest.raises(EmulatorFailed, match="poller: KeyError: 1"):
        emulator_process.wait_until_ready(EmulatorProcess(port=1, pid=1, log_path=tmp_path))


def test_one_that_ends_while_starting_shows_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "emulator.log"
    log.write_text("one\nthe reason\n")
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    with pytest.raises(EmulatorFailed, match="stopped while starting") as failure:
        emulator_process.wait_until_ready(EmulatorProcess(port=1, pid=gone.pid, log_path=log))
    assert "the reason" in failure.value.hint


# Starts one "function" after another, each in a session of its own.
_STARTING = """
import subprocess, sys
while True:
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)", "lab_emulator"],
        start_new_session=True, stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
"""


def test_functions_that_start_while_localstack_ends_are_ended_too(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STARTING, "lab_emulator"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as leader:
        assert leader.stdout is not None
        first = int(leader.stdout.readline())
        emulator_process.stop(EmulatorProcess(port=1, pid=leader.pid, log_path=tmp_path))
        functions = [first, *map(int, leader.stdout)]
        assert [pid for pid in [leader.pid, *functions] if runs_emulator(pid)] == []


# Works, or writes, for three times the patience, or only sleeps; and never answers.
_BUSY = "import time; end = time.monotonic() + 3\nwhile time.monotonic() < end: pass"
_WRITING = "import time\nfor number in range(30): print(number, flush=True); time.sleep(0.1)"
_STUCK = "import time; time.sleep(60)"


def _waited_for(code: str, log: Path) -> str:
    """What is said of a program that never becomes LocalStack, with a patience of a second."""
    with log.open("wb") as output, subprocess.Popen([sys.executable, "-c", code], stdout=output) as program:
        emulator = EmulatorProcess(port=free_port(), pid=program.pid, log_path=log)
        background_process._children[program.pid] = program
        try:
            with pytest.raises(EmulatorFailed) as failure:
                emulator_process.wait_until_ready(emulator, patience_seconds=1.5)
        finally:
            program.kill()
            background_process.collect(program.pid)
    return str(failure.value)


@pytest.mark.parametrize("code", [_BUSY, _WRITING], ids=["busy", "writing"])
def test_one_that_moves_is_waited_for_to_its_end(code: str, tmp_path: Path) -> None:
    assert _waited_for(code, tmp_path / "log") == "LocalStack stopped while starting"


def test_one_that_is_stuck_is_told(tmp_path: Path) -> None:
    assert "LocalStack did nothing for" in _waited_for(_STUCK, tmp_path / "log")


def test_one_that_runs_in_circles_is_told_in_the_end(tmp_path: Path) -> None:
    progress = StartProgress(os.getpid(), tmp_path / "log", limit_seconds=0)
    assert "busy, and not ready" in str(eventually(progress.stuck, within=10))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 0), ("0:01.25", 1.25), ("01:02", 62), ("1:00:00", 3600), ("1-00:00:01", 86_401)],
)
def test_the_time_that_ps_writes_is_read(text: str, seconds: float) -> None:
    assert process_table._clock_seconds(text) == seconds
