"""The notifier's environment. Standard library only: `infra` imports this."""

from dataclasses import dataclass

from functions.common.environment import Environment


@dataclass(frozen=True, kw_only=True)
class SmtpNotifierEnvironment(Environment):
    """What the notifier needs to mail what a queue brings it."""

    queue_url: str
    dlq_url: str
    retry_seconds: int
    host: str
    port: int
    security: str  # starttls or tls
    sender: str
    recipients: str  # parted by commas
    secret_name: str
