import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops.lab.app import alarm_speed
from ops.lab.errors import EmulatorFailed, Refused


class Emulator(BaseHTTPRequestHandler):
    """Keeps a speed as the extension does, and takes none beyond 100."""

    speed = 1.0

    def do_GET(self) -> None:
        self._answer(200, {"speed": Emulator.speed})

    def do_PUT(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["speed"]
        if wanted > 100:
            self._answer(400, {"error": "too fast"})
        else:
            Emulator.speed = wanted
            self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, document: dict[str, object]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())


@pytest.fixture
def endpoint() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Emulator) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_speed_is_read_back_as_it_was_set(endpoint: str) -> None:
    alarm_speed.set_speed(endpoint, 20)
    assert alarm_speed.speed_of(endpoint) == 20


def test_a_speed_that_the_emulator_refuses_says_why(endpoint: str) -> None:
    with pytest.raises(EmulatorFailed, match="too fast"):
        alarm_speed.set_speed(endpoint, 1000)


def test_an_emulator_without_speed_has_none() -> None:
    assert alarm_speed.speed_of("http://127.0.0.1:1") is None


@pytest.mark.parametrize("speed", [0.5, 0, -1, 300.5, 100_000, float("nan"), float("inf")])
def test_what_is_no_speed_is_refused_before_anything_starts(speed: float) -> None:
    with pytest.raises(Refused, match="no speed"):
        alarm_speed.checked(speed)
