"""The settings of what the pipelines tell others: mail, Splunk, Dynatrace. What is set is deployed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

SmtpSecurity = Literal["starttls", "tls"]


@dataclass(frozen=True, kw_only=True)
class IntegrationSettings:
    """Mixed into Settings. Secrets are made outside the app and found by name: docs/integrations.md."""

    smtp_host: str | None = None  # the central server, which mails the alarms
    smtp_port: int = 587
    smtp_security: SmtpSecurity = "starttls"  # tls: from the first byte, as on port 465
    smtp_from: str | None = None
    smtp_to: str | None = None  # several are parted by commas
    smtp_secret_name: str | None = None

    splunk_hec_url: str | None = None  # such as https://http-inputs-example.splunkcloud.com, without a path
    splunk_secret_name: str | None = None
    splunk_index: str | None = None  # default: the token's

    dynatrace_url: str | None = None  # such as https://abc12345.live.dynatrace.com
    dynatrace_secret_name: str | None = None
    dynatrace_interval_minutes: int = 1  # from one export to the next; CloudWatch bills each reading

    integration_max_receive_count: int = 20  # attempts, over about two hours, before the DLQ
    integration_retry_seconds: int = 5  # longest wait after the first failure; it doubles, up to 15 minutes

    @property
    def integrations(self) -> tuple[str, ...]:
        """Those that are set, by name."""
        set_ = {"smtp": self.smtp_host, "splunk": self.splunk_hec_url, "dynatrace": self.dynatrace_url}
        return tuple(name for name, value in set_.items() if value)


# A stand-in that fails is seen in the DLQ within a minute.
INTEGRATION_LAB_DEFAULTS: Mapping[str, Any] = {
    "integration_max_receive_count": 5,
    "integration_retry_seconds": 1,
}
