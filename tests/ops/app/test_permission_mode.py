"""Mode of permissions, asked of an emulator and set."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops.lab.app.permission_mode import PermissionMode, mode_of, read_policy, read_report, set_mode
from ops.lab.errors import EmulatorFailed, Refused


class PermissionEmulator(BaseHTTPRequestHandler):
    """Keeps a mode as the extension does, and knows one function."""

    mode = "warn"

    def do_GET(self) -> None:
        if self.path == "/_lab/iam/mode":
            self._answer(200, {"mode": PermissionEmulator.mode})
        elif self.path == "/_lab/iam/policy?function=worker":
            self._answer(200, {"policy": {"Statement": []}})
        elif self.path.startswith("/_lab/iam/policy"):
            self._answer(404, {"error": "no function and no state machine is called so"})
        else:
            self._answer(500, {})

    def do_PUT(self) -> None:
        PermissionEmulator.mode = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["mode"]
        self._answer(200, {"mode": PermissionEmulator.mode})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, document: dict[str, object]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())


@pytest.fixture
def endpoint() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), PermissionEmulator) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_mode_is_read_back_as_it_was_set(endpoint: str) -> None:
    set_mode(endpoint, PermissionMode.ENFORCE)

    assert mode_of(endpoint) is PermissionMode.ENFORCE


def test_an_emulator_that_evaluates_nothing_has_no_mode() -> None:
    assert mode_of("http://127.0.0.1:1") is None


def test_a_mode_that_cannot_be_set_says_why() -> None:
    with pytest.raises(EmulatorFailed, match="mode of permissions was not set"):
        set_mode("http://127.0.0.1:1", PermissionMode.OFF)


def test_a_policy_is_of_a_function_that_there_is(endpoint: str) -> None:
    assert read_policy(endpoint, "worker") == {"policy": {"Statement": []}}
    with pytest.raises(Refused, match="no function and no state machine is called so"):
        read_policy(endpoint, "nobody")


def test_an_emulator_without_a_record_is_told_from_an_empty_one(endpoint: str) -> None:
    with pytest.raises(EmulatorFailed, match="no record of permissions"):
        read_report(endpoint)
