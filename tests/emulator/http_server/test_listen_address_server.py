"""The emulator is a laptop's program: nobody else on the network may reach it."""

import socket
from urllib.parse import urlsplit

from ops.lab.app.alarm_speed import speed_of
from ops.lab.local.emulator_process import EMULATOR_PYTHON, parts_of
from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator


def _listening_addresses(port: int) -> set[str]:
    """Return the local addresses that listen on `port`, in /proc's hexadecimal form."""
    rows = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as lines:
            rows += [line.split() for line in list(lines)[1:]]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}


def test_it_listens_on_loopback_and_nowhere_else(emulator: Emulator) -> None:
    port = urlsplit(emulator.endpoint).port
    assert port is not None
    assert _listening_addresses(port) == {"0100007F"}


def test_another_loopback_address_is_refused(emulator: Emulator) -> None:
    port = urlsplit(emulator.endpoint).port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_a_client_that_begins_tls_is_told_to_speak_plain_http(emulator: Emulator) -> None:
    port = urlsplit(emulator.endpoint).port
    with socket.create_connection(("127.0.0.1", port or 0), timeout=60) as client:
        client.sendall(
            bytes.fromhex("16030100c8010000c40303")
        )  # the head of a ClientHello; no line ends in it
        answer = client.makefile("rb").read()  # until the server ends the connection
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"use http://, not https://" in answer
    assert f"port {port} was refused: This port speaks plain HTTP" in emulator.log_path.read_text()


def test_what_is_no_request_has_an_answer(emulator: Emulator) -> None:
    port = urlsplit(emulator.endpoint).port
    with socket.create_connection(("127.0.0.1", port or 0), timeout=60) as client:
        client.sendall(b"EHLO localhost\r\n")
        assert b"This is not a request of HTTP/1.1" in client.makefile("rb").read()


def test_every_part_of_the_extension_is_loaded(emulator: Emulator) -> None:
    parts = parts_of(emulator.endpoint)
    assert parts
    assert [part for part in parts if not part["loaded"]] == []


def test_health_checks_leave_no_line_in_the_log_and_other_requests_do(emulator: Emulator) -> None:
    for _ in range(5):
        assert parts_of(emulator.endpoint)
    assert speed_of(emulator.endpoint)
    log = eventually(
        emulator.log_path.read_text,
        within=30,
        until=lambda text: "GET /_lab/speed => 200" in text,
        what="the line of another request",
    )
    assert "GET /_lab/parts => 200" not in log


def test_the_index_of_services_is_not_made_anew(emulator: Emulator) -> None:
    """It costs 350 MB and seconds at each start, and depends on nothing but what is installed."""
    [index] = (emulator.log_path.parent / "usr/lib/localstack").glob("service-catalog-*.dill")
    assert index.is_symlink()
    assert index.resolve().is_relative_to(EMULATOR_PYTHON.parents[1])
