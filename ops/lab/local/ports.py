"""TCP ports of this machine: the lab's own, a free one, and whether one is in use."""

import os
import socket
from collections.abc import Mapping

from ops.lab.errors import Refused

DEFAULT_PORT = 4566


def chosen_port(environ: Mapping[str, str] = os.environ) -> int:
    """LAB_PORT, or 4566. Raises Refused where it is no port."""
    return given_port(environ) or DEFAULT_PORT


def given_port(environ: Mapping[str, str] = os.environ) -> int | None:
    """LAB_PORT, or None where it is not set. Raises Refused where it is no port."""
    text = environ.get("LAB_PORT")
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"LAB_PORT={text} is not a port", hint="take a number from 1024 to 65535")
    return int(text)


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts_connections(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a program listens on `host`:`port` now."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
