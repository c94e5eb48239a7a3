"""Listener of the console: the port that it takes, and the address that a person opens."""

import os
import socket
from collections.abc import Mapping

from ops.lab.errors import Refused
from ops.lab.web.listening import opened_socket

DEFAULT_PORT = 8080
# Taken in turn where the default is in use and nobody named another.
_SPARE_PORTS = range(DEFAULT_PORT + 1, DEFAULT_PORT + 10)


def listening_address(environ: Mapping[str, str] = os.environ) -> str:
    """Loopback; in a container LAB_CONSOLE_LISTEN names what Docker publishes on the host's loopback."""
    return environ.get("LAB_CONSOLE_LISTEN") or "127.0.0.1"


def given_port(environ: Mapping[str, str] = os.environ) -> int | None:
    """LAB_CONSOLE_PORT, or None where it is not set. Raises Refused where it is no port."""
    text = environ.get("LAB_CONSOLE_PORT")
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"LAB_CONSOLE_PORT={text} is not a port", hint="take a number from 1024 to 65535")
    return int(text)


def bound_socket(port: int, address: str | None = None) -> socket.socket:
    """A socket on the port; 0 takes a free one. Raises Refused where the port cannot be had."""
    address = listening_address() if address is None else address
    return opened_socket(
        address, port, hint="choose another: lab console --port 8090, or LAB_CONSOLE_PORT=8090 lab up"
    )


def first_free_socket(given: int | None = None) -> socket.socket:
    """A socket on the port that was given; without one on 8080, or on the first of 8081 to 8089 that is free.

    Raises Refused where none of them can be had.
    """
    if given is not None:
        return bound_socket(given)
    for port in (DEFAULT_PORT, *_SPARE_PORTS):
        try:
            return bound_socket(port)
        except Refused:
            continue
    raise Refused(
        f"ports {DEFAULT_PORT} to {_SPARE_PORTS[-1]} are in use",
        hint="choose another: lab console --port 8090, or LAB_CONSOLE_PORT=8090 lab up",
    )


def address_of(port: int, token: str) -> str:
    """What a person opens. The token stands behind #, which no browser sends anywhere."""
    return f"http://127.0.0.1:{port}/#token={token}"
