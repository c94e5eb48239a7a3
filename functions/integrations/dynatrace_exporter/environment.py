"""The exporter's environment. Standard library only: `infra` imports this."""

from dataclasses import dataclass

from functions.common.environment import Environment


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
