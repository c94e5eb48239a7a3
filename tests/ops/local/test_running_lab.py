"""Record of the lab that is up: read back, and forgotten where its process is gone."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ops.lab.app.target import Target
from ops.lab.errors import NotUp
from ops.lab.lifecycle.take_down import take_down
from ops.lab.local import running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.process_table import command_line, members_of_group
from ops.lab.local.running_lab import RunningLab

_SLEEP = "import sys, time; print('ready', flush=True); time.sleep(60)"


@contextmanager
def _process(*arguments: str, code: str = _SLEEP) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, start_new_session=True
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def _lab(pid: int) -> RunningLab:
    return RunningLab(pid=pid, port=1, log_path="/nowhere", context={"envName": "dev"}, deployed="f00d")


def test_what_is_saved_is_read_back(directory: LabDirectory) -> None:
    running_lab.save(directory.state_file, _lab(42))
    assert running_lab.load(directory.state_file) == _lab(42)


@pytest.mark.parametrize("content", ["", "{", '{"pid": 1}', '{"pid": 1, "surprise": 2}'])
def test_an_unreadable_record_counts_as_none(directory: LabDirectory, content: str) -> None:
    directory.root.mkdir()
    directory.state_file.write_text(content)
    assert running_lab.load(directory.state_file) is None


def test_a_living_emulator_is_found(directory: LabDirectory) -> None:
    with _process("lab_emulator") as process:
        running_lab.save(directory.state_file, _lab(process.pid))
        assert running_lab.living(directory.state_file) == _lab(process.pid)


def test_a_dead_process_is_forgotten(directory: LabDirectory) -> None:
    with _process("lab_emulator") as process:
        running_lab.save(directory.state_file, _lab(process.pid))
    assert running_lab.living(directory.state_file) is None
    assert not directory.state_file.exists()


def test_of_one_that_died_it_is_said_until_the_next_is_up_or_it_is_taken_down(
    directory: LabDirectory, no_aws_settings: None
) -> None:
    with _process("lab_emulator") as process:
        running_lab.save(directory.state_file, _lab(process.pid))
    for _ in range(2):  # whoever looks first does not take it away from the next
        with pytest.raises(NotUp, match=f"process {process.pid}.* died") as caught:
            running_lab.find_running(directory)
        assert "/nowhere" in caught.value.hint
    with _process("lab_emulator") as process:
        running_lab.save(directory.state_file, _lab(process.pid))
        assert running_lab.died(directory.state_file) is None
    take_down(directory)
    with pytest.raises(NotUp, match=r"not up$"):
        running_lab.find_running(directory)


def test_a_pid_that_another_program_has_now_is_forgotten_and_not_touched(directory: LabDirectory) -> None:
    with _process("unrelated") as process:
        running_lab.save(directory.state_file, _lab(process.pid))
        assert running_lab.living(directory.state_file) is None
        assert process.poll() is None


def test_functions_that_outlived_a_killed_emulator_are_ended(directory: LabDirectory) -> None:
    starts_child = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {_SLEEP!r}])\n"
        "time.sleep(60)\n"
    )
    with _process("lab_emulator", code=starts_child) as leader:
        assert len(members_of_group(leader.pid)) == 2
        running_lab.save(directory.state_file, _lab(leader.pid))
        leader.kill()
        leader.wait()
        assert running_lab.living(directory.state_file) is None
        assert members_of_group(leader.pid) == []


def test_an_emulator_that_does_not_answer_is_not_up(directory: LabDirectory) -> None:
    with _process("lab_emulator") as process:
        running_lab.save(directory.state_file, _lab(process.pid))
        with pytest.raises(NotUp, match="does not answer"):
            running_lab.answering(directory.state_file)


class _Used(Exception):
    """The emulator is about to be asked for more than what it is."""


@pytest.fixture
def no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    def running(*_: object) -> Target:
        raise _Used

    monkeypatch.setattr(Target, "running", running)


@contextmanager
def _answering(folder: Path) -> Iterator[int]:
    """A port where an emulator seems to answer that writes below `folder`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {"/_localstack/health": {"services": {}}, "/_lab/folder": {"folder": str(folder)}}
            body = json.dumps(answers[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_lab_of_another_checkout_is_left_alone_unless_it_is_named(
    directory: LabDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_calls: None
) -> None:
    other = LabDirectory(tmp_path / "other" / ".lab")
    with _process("lab_emulator") as process, _answering(other.emulator) as port:
        running_lab.save(other.state_file, replace(_lab(process.pid), port=port))
        monkeypatch.setattr("ops.lab.local.ports.DEFAULT_PORT", port)
        monkeypatch.delenv("LAB_PORT")
        with pytest.raises(NotUp, match=f"the one on port {port} is that of {other.root}"):
            running_lab.find_running(directory)
        monkeypatch.setenv("LAB_PORT", str(port))
        with pytest.raises(_Used):
            running_lab.find_running(directory)


def test_what_answers_and_is_no_lab_of_this_machine_is_used_as_a_container_is(
    directory: LabDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_calls: None
) -> None:
    with _answering(tmp_path / "in-the-container" / "emulator") as port:
        monkeypatch.setattr("ops.lab.local.ports.DEFAULT_PORT", port)
        monkeypatch.delenv("LAB_PORT")
        with pytest.raises(_Used):
            running_lab.find_running(directory)


def test_a_zombie_has_no_command_line() -> None:
    with _process("lab_emulator") as process:
        process.kill()
        while command_line(process.pid):
            pass  # bounded by pytest's timeout
        assert process.returncode is None  # not yet collected, so still in the process table
