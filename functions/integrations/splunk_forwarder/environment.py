"""The forwarder's environment. Standard library only: `infra` imports this."""

from dataclasses import dataclass

from functions.common.environment import Environment


@dataclass(frozen=True, kw_only=True)
class SplunkForwarderEnvironment(Environment):
    """What the forwarder needs to bring log lines to Splunk, and to keep those that Splunk refuses."""

    retry_queue_url: str
    retry_seconds: int
    hec_url: str
    secret_name: str
    index: str = ""  # default: the token's
