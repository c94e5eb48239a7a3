"""`lab reset`: it asks, it is refused beside what must not be cut off, and it tells what went."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.app import deployed_state
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, SealedIncident, WatchRecord
from ops.lab.local import running_lab
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import free_port
from ops.lab.local.running_lab import RunningLab

Reset = Callable[..., Any]


class KeptStateStub:
    """Stands for the emulator's `/_lab/state`: answers by method as a test says, and notes each request."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, Any]]] = {
            "GET": (200, {"kept_at": 1_767_225_600.0}),
            "PUT": (200, {"kept_at": 1_767_225_600.0, "bytes": 7}),
            "POST": (200, {"seconds": 0.4}),
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                stub.asked.append(f"{self.command} {self.path}")
                status, document = stub.answers[self.command]
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST = _answer

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


@pytest.fixture
def emulator() -> Iterator[KeptStateStub]:
    stub = KeptStateStub()
    thread = threading.Thread(target=stub.serve)
    thread.start()
    yield stub
    stub.close()
    thread.join()


@pytest.fixture
def reset(emulator: KeptStateStub, target: Target, monkeypatch: pytest.MonkeyPatch) -> Reset:
    """The command, on an app with three messages and the stub's deployed state."""
    for queue in ("QueueUrl", "DlqUrl", "DlqUrl"):
        target.sqs.send_message(QueueUrl=target.output(queue), MessageBody="{}")
    monkeypatch.setattr(target, "endpoint", emulator.endpoint)
    monkeypatch.setattr("ops.lab.commands.reset.choose", lambda *_: target)
    return lambda *arguments, answer="": CliRunner().invoke(app, ["reset", *arguments], input=answer)


def test_it_says_what_goes_and_asks(reset: Reset, emulator: KeptStateStub) -> None:
    result = reset(answer="y\n")
    assert result.exit_code == 0, result.output
    assert "1 messages of the queue, 2 of the DLQ and 0 that are parked" in result.stderr
    assert emulator.asked == ["GET /_lab/state", "POST /_lab/state"]
    assert "the lab is as deployed at" in result.stdout


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_without_a_yes_nothing_is_reset(reset: Reset, emulator: KeptStateStub, answer: str) -> None:
    result = reset(answer=answer)
    assert (result.exit_code, emulator.asked) == (2, ["GET /_lab/state"])
    assert "nothing was reset" in result.stderr


def test_json_tells_the_same_and_nothing_else(reset: Reset) -> None:
    told = json.loads(reset("--yes", "--json").stdout)
    assert told["messages"] == {"main": 1, "dlq": 2, "parked": 0}
    assert (told["keptAt"], told["secondsAway"]) == (1_767_225_600.0, 0.4)


@pytest.mark.parametrize("lock", ["lock_file", "watch_lock_file", "redrive_lock_file"])
def test_it_is_refused_beside_what_it_would_cut_off(
    reset: Reset, emulator: KeptStateStub, directory: LabDirectory, lock: str
) -> None:
    with exclusively(getattr(directory, lock), "lab drill run poison_payload"):
        result = reset("--yes")
    assert (result.exit_code, emulator.asked) == (2, [])
    assert "lab drill run poison_payload" in result.stderr


def test_without_a_lab_it_says_so_and_does_not_refuse_itself() -> None:
    result = CliRunner().invoke(app, ["reset", "--yes"])
    assert result.exit_code == 4
    assert "the lab is not up" in result.stderr
    assert "lab up" in result.stderr


def test_code_that_was_swapped_no_longer_is(
    reset: Reset, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_lab.save(directory.state_file, RunningLab(pid=7, port=9, log_path="/log", swapped=True))
    monkeypatch.setattr(running_lab, "living", running_lab.load)
    assert reset("--yes").exit_code == 0
    lab = running_lab.load(directory.state_file)
    assert lab is not None
    assert not lab.swapped


def test_it_ends_the_incident_whose_faults_it_takes_away(
    reset: Reset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.incidents.incident_process.drop", lambda _: 4711)
    assert "ended the incident (process 4711)" in reset("--yes").stdout


@pytest.mark.parametrize(("ended", "put"), [(None, ["PUT /_lab/iam"]), (9.0, [])])
def test_permissions_are_as_before_an_incident_that_did_not_put_them_back(
    reset: Reset, emulator: KeptStateStub, directory: LabDirectory, ended: float | None, put: list[str]
) -> None:
    """A reset keeps the mode, which an incident may have changed: one whose process is gone, for example."""
    folder = IncidentFolder(directory.incident)
    folder.renew(SealedIncident("lost_permission", None, "warn"), AttendeeRecord("Ada", 1.0))
    folder.put_watch(WatchRecord(begun=True, ended=ended))
    assert reset("--yes").exit_code == 0
    assert emulator.asked == ["GET /_lab/state", "POST /_lab/state", *put]


def test_an_emulator_that_kept_nothing_is_left_alone(reset: Reset, emulator: KeptStateStub) -> None:
    emulator.answers["GET"] = (200, {"kept_at": None})
    result = reset("--yes")
    assert (result.exit_code, emulator.asked) == (2, ["GET /_lab/state"])
    assert "kept no deployed state" in result.stderr


def test_one_that_ends_half_way_is_told_with_the_way_out(reset: Reset, emulator: KeptStateStub) -> None:
    emulator.answers["POST"] = (500, {"error": "it ended half-way: KeyError('queue')"})
    result = reset("--yes")
    assert result.exit_code == 3
    assert "KeyError('queue')" in result.stderr
    assert "lab up --fresh" in result.stderr


def test_a_state_is_kept_where_the_emulator_can(emulator: KeptStateStub) -> None:
    assert deployed_state.keep(emulator.endpoint)
    emulator.answers["PUT"] = (404, {})  # the official image
    assert not deployed_state.keep(emulator.endpoint)
    assert not deployed_state.keep(f"http://127.0.0.1:{free_port()}")
