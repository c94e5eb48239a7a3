"""Lock of commands: who holds it is told, and who is gone holds it no longer."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ops.lab.errors import NotUp, Refused
from ops.lab.local.command_lock import at_work, exclusively, in_words, refuse_beside
from ops.lab.local.directory import LabDirectory
from ops.lab.options import TargetName, choose

_HOLDS = """
import sys, time
from pathlib import Path
from ops.lab.local.command_lock import exclusively
with exclusively(Path(sys.argv[1]), "lab drill run poison_payload"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def _another_process_holds(lock: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", _HOLDS, str(lock)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_second_command_is_told_who_is_at_work(tmp_path: Path) -> None:
    with (
        exclusively(tmp_path / "lock"),
        pytest.raises(Refused, match=f"process {os.getpid()}"),
        exclusively(tmp_path / "lock"),
    ):
        pass


def test_it_is_told_what_is_at_work_and_since_when(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    earliest = time.strftime("%H:%M:%S")
    with _another_process_holds(lock) as holder:
        for attempt in (exclusively(lock), _beside(lock)):
            with pytest.raises(Refused) as refusal, attempt:
                pass
            told = str(refusal.value)
            assert told.startswith("`lab drill run poison_payload` is at work since ")
            assert f"process {holder.pid})" in told
            assert earliest <= told.split("since ")[1][:8] or earliest.startswith("23:59")


def test_the_lock_of_a_command_that_was_killed_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with _another_process_holds(lock) as holder:
        holder.kill()
        holder.wait()
    assert "poison_payload" in lock.read_text()  # stale, and of no effect
    refuse_beside(lock)
    with exclusively(lock):
        pass


def test_a_holder_that_has_not_yet_said_what_it_is_refuses_too(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with exclusively(lock):
        lock.write_text("")
        with pytest.raises(Refused, match="another lab command is at work"):
            refuse_beside(lock)


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusively(tmp_path / "lock"):
        raise ZeroDivisionError
    with exclusively(tmp_path / "lock"):
        pass


def test_where_nothing_was_ever_locked_nothing_is_refused(tmp_path: Path) -> None:
    refuse_beside(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, "0 s"), (42.4, "42 s"), (185, "3 min"), (7_500, "2 h 5 min"), (3_600, "1 h")]
)
def test_a_time_span_is_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


@contextmanager
def _beside(lock: Path) -> Iterator[None]:
    refuse_beside(lock)
    yield


def test_who_needs_a_lab_is_told_of_the_command_that_brings_it_up(directory: LabDirectory) -> None:
    with pytest.raises(NotUp):
        choose(TargetName.RUNNING)
    with (
        exclusively(directory.lock_file),
        pytest.raises(Refused, match=rf"is at work.*process {os.getpid()}"),
    ):
        choose(TargetName.RUNNING)
    with pytest.raises(NotUp):
        choose(TargetName.RUNNING)


def test_who_only_looks_does_not_refuse_a_command(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.touch()
    with lock.open() as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        let_go = threading.Timer(0.1, lambda: fcntl.flock(look, fcntl.LOCK_UN))
        let_go.start()
        with exclusively(lock):
            assert at_work(lock) is not None
        let_go.join()


def test_the_file_says_nothing_of_a_command_that_has_ended(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with exclusively(lock, "lab drill run poison_payload"):
        pass
    assert lock.read_text() == ""
