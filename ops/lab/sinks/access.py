"""Access to the sinks: their names, ports, addresses and credentials, and the authority to trust.

They listen on 127.0.0.1, which another machine cannot reach.
"""

import secrets
import socket
from dataclasses import dataclass, field
from enum import StrEnum

HOST = "127.0.0.1"
USERNAME = "ingestion-lab"
SENDER = "lab@example.com"
RECIPIENT = "operator@example.com"
INDEX = "ingestion_lab"
# `main` is Splunk's default index; a token allows a list (HEC, "allowed indexes").
ALLOWED_INDEXES = frozenset({INDEX, "main"})


class SinkName(StrEnum):
    """The names that the command and its reports give the sinks."""

    SMTP = "smtp"
    HEC = "hec"
    DYNATRACE = "dynatrace"


def _token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Credentials:
    """Made by each start, so that nothing can rely on them but through Secrets Manager."""

    smtp_username: str = USERNAME
    smtp_password: str = field(default_factory=_token)
    hec_token: str = field(default_factory=_token)
    dynatrace_token: str = field(default_factory=_token)


@dataclass(frozen=True)
class Ports:
    """Where each sink listens; 0 takes any free port."""

    smtp: int = 0
    hec: int = 0
    dynatrace: int = 0
    control: int = 0


@dataclass(frozen=True)
class Access:
    """How to reach the sinks. `smtp_security` is starttls or tls; `ca_certificate` is PEM."""

    ports: Ports
    credentials: Credentials
    ca_certificate: str
    smtp_security: str

    @property
    def hec_url(self) -> str:
        """HEC's base, as `splunkHecUrl` wants it."""
        return f"https://{HOST}:{self.ports.hec}"

    @property
    def dynatrace_url(self) -> str:
        """The environment's base, as `dynatraceUrl` wants it."""
        return f"https://{HOST}:{self.ports.dynatrace}"


def bound(port: int) -> socket.socket:
    """A socket that holds `port` (any free one for 0) and does not listen: it refuses connections.

    A sink that refuses keeps its port so: no process that asks for any free port is given it meanwhile.
    """
    holder = socket.socket()
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((HOST, port))
    except OSError:
        holder.close()
        raise
    return holder
