"""Requests that are sent again where their answer was lost, and those that are not."""

import socket
import threading
from collections.abc import Iterator

import pytest

from ops.lab.app.api import Api


class SilentServer:
    """Takes each request, and closes the connection without an answer."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.requests.append(connection.recv(65_536).split(b"\r\n")[0])


@pytest.fixture
def server() -> Iterator[SilentServer]:
    server = SilentServer()
    yield server
    server.close()


def test_an_event_and_a_read_are_sent_again(server: SilentServer) -> None:
    api = Api(server.url, {})

    assert not api.post_event({"orderId": "a"}, "key").came
    posted = len(server.requests)
    assert not api.preview_redrive().came

    assert posted == 3
    assert len(server.requests) == 6


def test_a_redrive_is_started_once_whatever_becomes_of_the_answer(server: SilentServer) -> None:
    api = Api(server.url, {})

    assert not api.start_redrive().came
    assert not api.cancel_redrive("job").came

    assert len(server.requests) == 2
