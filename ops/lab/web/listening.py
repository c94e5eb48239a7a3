"""Listening of a server: the socket that it takes, its port, and the token that its pages get at a start."""

import secrets
import socket

from ops.lab.errors import Refused


def opened_socket(address: str, port: int, *, hint: str) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises Refused with the hint where it cannot."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        raise Refused(f"port {port} of {address} cannot be had: {error.strerror}", hint=hint) from error


def port_of(listener: socket.socket) -> int:
    """The port that it has."""
    return int(listener.getsockname()[1])


def new_token() -> str:
    """A token that nobody guesses: 24 random bytes, as text."""
    return secrets.token_urlsafe(24)
