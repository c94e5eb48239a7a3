"""One connection, by raw bytes: what HTTP/1.1 allows a client to send, and how it is answered (RFC 9112)."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from io import BufferedReader
from typing import cast
from urllib.parse import urlsplit

import pytest

from tests.emulator.conftest import Emulator

PATH = "/_lab/speed"
Connect = Callable[[], socket.socket]


@pytest.fixture
def port(emulator: Emulator) -> int:
    return urlsplit(emulator.endpoint).port or 0


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    with ExitStack() as opened:
        yield lambda: opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))


def request(method: str = "GET", target: str = PATH, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"{method} {target} HTTP/{version}", "Host: localhost", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(client: socket.socket, method: str = "GET") -> tuple[int, bytes]:
    """Read one response and no more: `fp` is unbuffered, so that the next one stays in the socket."""
    response = HTTPResponse(client, method=method)
    response.fp = cast(BufferedReader, client.makefile("rb", buffering=0))
    response.begin()
    return response.status, response.read()


def is_closed(client: socket.socket) -> bool:
    return client.recv(1) == b""


def test_requests_that_come_at_once_are_answered_in_their_order(connect: Connect) -> None:
    client = connect()
    client.sendall(request() + request(target="/_lab/nothing") + request())
    assert [answer(client)[0] for _ in range(3)] == [200, 404, 200]


def test_a_request_may_come_byte_by_byte(connect: Connect) -> None:
    client = connect()
    for byte in request():
        client.sendall(bytes([byte]))
    assert answer(client)[0] == 200


def test_a_chunked_body_is_put_together(connect: Connect) -> None:
    client = connect()
    body = json.dumps({"speed": 1}).encode()
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:4], body[4:]))
    client.sendall(request("PUT", PATH, "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n" + request())
    assert answer(client)[0] == 200
    assert answer(client)[0] == 200


def test_who_asks_before_sending_the_body_is_told_to_go_on(connect: Connect) -> None:
    client = connect()
    body = json.dumps({"speed": 1}).encode()
    client.sendall(request("PUT", PATH, f"Content-Length: {len(body)}", "Expect: 100-continue"))
    assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(body)
    assert answer(client)[0] == 200


def test_head_is_answered_without_a_body(connect: Connect, emulator: Emulator) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="of-head")
    s3.put_object(Bucket="of-head", Key="object", Body=b"x" * 1000)
    client = connect()
    client.sendall(request("HEAD", "/of-head/object") + request())
    assert answer(client, "HEAD") == (200, b"")
    assert answer(client)[0] == 200


@pytest.mark.parametrize("token", ["websocket", "h2c"])
def test_a_request_to_upgrade_is_served_as_it_is(connect: Connect, token: str) -> None:
    client = connect()
    client.sendall(request("GET", PATH, "Connection: Upgrade", f"Upgrade: {token}") + request())
    assert answer(client)[0] == 200
    assert answer(client)[0] == 200


@pytest.mark.parametrize(
    "asked",
    [request("GET", PATH, "Connection: close"), request(version="1.0")],
    ids=["asked to", "HTTP/1.0"],
)
def test_a_connection_is_closed_where_the_client_wants_no_more(connect: Connect, asked: bytes) -> None:
    client = connect()
    client.sendall(asked)
    assert answer(client)[0] == 200
    assert is_closed(client)


def test_a_target_may_be_the_whole_url(connect: Connect, port: int) -> None:
    client = connect()
    client.sendall(request(target=f"http://127.0.0.1:{port}{PATH}"))
    assert answer(client)[0] == 200


def test_headers_without_an_end_are_refused(connect: Connect) -> None:
    client = connect()
    client.sendall(f"GET {PATH} HTTP/1.1\r\nx-long: ".encode() + b"x" * 40_000)
    assert answer(client)[0] == 431
    assert is_closed(client)


@pytest.mark.parametrize(
    "ambiguous",
    [
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Content-Length: five",),
    ],
)
def test_a_body_whose_length_is_ambiguous_is_refused(connect: Connect, ambiguous: tuple[str, ...]) -> None:
    client = connect()
    client.sendall(request("PUT", PATH, *ambiguous) + b"01234")
    assert answer(client)[0] == 400
    assert is_closed(client)


def test_connections_that_wait_hold_up_no_other(connect: Connect) -> None:
    waiting = [connect() for _ in range(200)]
    for client in waiting:
        client.sendall(request()[:-2])
    late = connect()
    late.sendall(request())
    assert answer(late)[0] == 200
    for client in waiting:
        client.sendall(b"\r\n")
    assert {answer(client)[0] for client in waiting} == {200}


def test_a_client_that_leaves_early_breaks_nothing(connect: Connect, emulator: Emulator) -> None:
    logged_before = emulator.log_path.stat().st_size  # other tests have their errors in the same log
    client = connect()
    client.sendall(request("PUT", PATH, "Content-Length: 500") + b"{")
    client.close()
    assert emulator.client("s3").list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert b"Traceback" not in emulator.log_path.read_bytes()[logged_before:]
