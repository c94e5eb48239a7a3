"""What a sender needs to know of the stand-ins: addresses, credentials, the authority to trust."""

import secrets
from dataclasses import dataclass, field

from ops.lab.sinks.loopback import HOST

USERNAME = "ingestion-lab"
SENDER = "lab@example.com"
RECIPIENT = "operator@example.com"
INDEX = "ingestion_lab"
# `main` is Splunk's default index; a token allows a list (HEC, "allowed indexes").
ALLOWED_INDEXES = frozenset({INDEX, "main"})


def _token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Credentials:
    """Made anew by each start, so that nothing can rely on them but through Secrets Manager."""

    smtp_username: str = USERNAME
    smtp_password: str = field(default_factory=_token)
    hec_token: str = field(default_factory=_token)
    dynatrace_token: str = field(default_factory=_token)


@dataclass(frozen=True)
class Ports:
    """Where each listens; 0 takes any free port."""

    smtp: int = 0
    hec: int = 0
    dynatrace: int = 0
    control: int = 0


@dataclass(frozen=True)
class Access:
    """`smtp_security` is starttls or tls; `ca_certificate` is PEM."""

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
