"""Deployment against the sinks: infra takes the context that they give."""

from infra.settings import Settings
from ops.lab.sinks import deployment
from ops.lab.sinks.access import Access


def test_the_app_takes_the_context_and_deploys_every_integration(access: Access) -> None:
    settings = Settings.from_values(deployment.context(access))
    assert settings.integrations == ("smtp", "splunk", "dynatrace")
    assert settings.smtp_port == access.ports.smtp
