"""Listening of a server: its socket, port and token, and the addresses by which others could reach it."""

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


def own_addresses() -> set[str]:
    """This machine's IPv4 addresses other than loopback."""
    addresses = set(_resolve(socket.gethostname()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): picks a route, sends nothing
            addresses.add(probe.getsockname()[0])
        except OSError:
            pass  # no route to anywhere: no outside address to be reached by
    return {address for address in addresses if not address.startswith("127.")}


def _resolve(host: str) -> list[str]:
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, socket.AF_INET)]
    except OSError:
        return []  # a host that does not know its own name has no address under it
