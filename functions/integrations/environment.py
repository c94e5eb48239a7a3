"""Environment of each integration's function. Standard library only: `infra` imports this."""

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


@dataclass(frozen=True, kw_only=True)
class SplunkForwarderEnvironment(Environment):
    """What the forwarder needs to bring log lines to Splunk, and to keep those that Splunk refuses."""

    retry_queue_url: str
    retry_seconds: int
    hec_url: str
    secret_name: str
    index: str = ""  # default: the token's


@dataclass(frozen=True, kw_only=True)
class DynatraceExporterEnvironment(Environment):
    """What the exporter needs to read metrics, to send them, and to know how far it has come."""

    url: str
    secret_name: str
    table_name: str
    # SSM parameters, parted by commas, each with a `dynatrace_exporter.resources.Resources`.
    resource_parameters: str
    env_name: str
    lease_seconds: int
