"""Access to a room's host: under which names it answers, what it answers to whom, and to which token."""

import ipaddress
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass, field

from ops.lab.errors import Refused
from ops.lab.web.listening import own_addresses
from ops.lab.web.own_origin import LOOPBACK_NAMES, OwnOrigin

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # nosec B104


@dataclass(frozen=True)
class RoomAccess:
    """`token` is the facilitator's. `addresses` are those that laptops reach it by, none where it is alone.

    `open_board`: whoever reaches it may look at the board, and at nothing else.
    """

    port: int
    token: str
    addresses: Collection[str] = field(default_factory=tuple)
    open_board: bool = False

    @property
    def address(self) -> str:
        """What the facilitator opens on this laptop. No browser sends what stands behind #."""
        return f"http://{LOOPBACK}:{self.port}/#token={self.token}"

    @property
    def origin(self) -> OwnOrigin:
        """By which the room's own pages are told from others."""
        names = [*LOOPBACK_NAMES, *(in_url(address) for address in self.addresses)]
        if self.addresses:  # somebody may type the laptop's name, also as multicast DNS has it
            name = socket.gethostname().lower()
            names += [name, f"{name}.local"]
        return OwnOrigin.at("The room", names, self.port)

    def knows(self, token: str) -> bool:
        """Whether this is the facilitator's token."""
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())


def listening_addresses(asked: str | None) -> tuple[str, ...]:
    """The addresses to listen on: loopback, and the one that was asked for; 0.0.0.0 has loopback in it.

    Raises Refused where that is no address of this machine, and names those that it has.
    """
    if asked is None:
        return (LOOPBACK,)
    hint = f"this machine has {', '.join(sorted(own_addresses())) or 'no address but loopback'}"
    try:
        address = ipaddress.ip_address(asked)
    except ValueError:
        raise Refused(f"{asked} is no address", hint=hint) from None
    if address.is_multicast or (address.is_unspecified and address.version == 6):
        raise Refused(f"{asked} is no address of this machine", hint=hint)
    if address.is_unspecified:
        return (asked,)
    return (LOOPBACK,) if address.is_loopback else (LOOPBACK, asked)


def reached_by(asked: str | None) -> tuple[str, ...]:
    """The addresses that laptops type; none where it listens on loopback alone."""
    if asked is None or is_loopback(asked):
        return ()
    return tuple(sorted(own_addresses())) if asked == EVERYWHERE else (asked,)


def is_loopback(address: str) -> bool:
    """Whether who came in by this address of the machine sits at it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_loopback


def in_url(address: str) -> str:
    """The address as a URL has it: one of IPv6 in brackets."""
    return f"[{address}]" if ":" in address else address
