"""The daemon's datagrams: their header, and what of them comes in."""

import socket
from collections.abc import Iterator

import pytest

from lab_emulator.xray.daemon import Daemon, document_in
from ops.lab.waiting import eventually

HEADER = b'{"format":"json","version":1}'


@pytest.mark.parametrize(
    ("datagram", "document"),
    [
        (HEADER + b"\n{}", b"{}"),
        (b'{"format": "json", "version": 1}\n{"id": "a"}', b'{"id": "a"}'),
        (b'{"version": 1, "format": "json"}\n{}\n', b"{}\n"),
        (HEADER, None),
        (HEADER + b"\n", None),
        (b"{}\n{}", None),
        (b'{"format":"json","version":2}\n{}', None),
        (b'{"format":"xml","version":1}\n{}', None),
        (b'{"id":"a"}', None),
        (b"\xff\n{}", None),
        (b"", None),
    ],
)
def test_a_datagram_is_the_protocols_header_and_a_document(datagram: bytes, document: bytes | None) -> None:
    assert document_in(datagram) == document


@pytest.fixture
def taken() -> list[bytes]:
    return []


@pytest.fixture
def daemon(taken: list[bytes]) -> Iterator[Daemon]:
    daemon = Daemon(taken.append)
    yield daemon
    daemon.close()


def test_what_was_sent_is_there_when_somebody_asks(daemon: Daemon, taken: list[bytes]) -> None:
    send(daemon, HEADER + b"\nfirst", b"no header", HEADER + b"\nsecond")
    daemon.drain()
    assert taken == [b"first", b"second"]


def test_what_was_sent_comes_in_without_anybody_asking(daemon: Daemon, taken: list[bytes]) -> None:
    daemon.start()
    send(daemon, HEADER + b"\nfirst")
    eventually(lambda: taken == [b"first"], within=10, what="a datagram came in")


def test_a_port_can_be_chosen_and_not_twice(daemon: Daemon) -> None:
    with pytest.raises(OSError, match="in use"):
        Daemon(print, daemon.port)


def send(daemon: Daemon, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, ("127.0.0.1", daemon.port))
