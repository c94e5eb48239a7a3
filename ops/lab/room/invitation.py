"""Invitation to a room: what a facilitator reads aloud and an attendee types, CODE@HOST or CODE@HOST:PORT."""

import re
from dataclasses import dataclass

from ops.lab.errors import Refused
from ops.lab.room.join_code import is_code

DEFAULT_PORT = 8100
_ADDRESS = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(?P<port>\d{1,5}))?"
)
_HINT = "as the facilitator says it, for example: lab room join K7MX-4RTC@192.168.1.20"


@dataclass(frozen=True)
class Invitation:
    """`host` is a name or an address; one of IPv6 stands in brackets."""

    code: str
    host: str
    port: int = DEFAULT_PORT

    @classmethod
    def read(cls, text: str) -> "Invitation":
        """The one that was typed. Raises Refused for anything else."""
        code, separator, address = text.strip().partition("@")
        if not separator or not is_code(code):
            raise Refused(f"{text} is no CODE@HOST", hint=_HINT)
        found = _ADDRESS.fullmatch(address)
        if found is None or not 1 <= int(found["port"] or DEFAULT_PORT) <= 65535:
            raise Refused(f"{address} is no HOST or HOST:PORT", hint=_HINT)
        return cls(code, found["host"], int(found["port"] or DEFAULT_PORT))

    def __str__(self) -> str:
        port = "" if self.port == DEFAULT_PORT else f":{self.port}"
        return f"{self.code}@{self.host}{port}"
