"""Settings of the integrations: mail by a central server, logs to Splunk, metrics to Dynatrace.

An integration is deployed where its first setting is given (smtpHost, splunkHecUrl, dynatraceUrl), and then
needs all of those that it cannot do without. Secrets are made outside the app and found by name:
docs/integrations.md.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Literal
from urllib.parse import urlsplit

from infra.settings.base import declarations, key_of, setting
from infra.settings.shared import SharedSettings

SmtpSecurity = Literal["starttls", "tls"]

# What an integration cannot do without; the first of each is the one by which it is deployed.
_NEEDED = {
    "smtp": ("smtp_host", "smtp_from", "smtp_to", "smtp_secret_name"),
    "splunk": ("splunk_hec_url", "splunk_secret_name"),
    "dynatrace": ("dynatrace_url", "dynatrace_secret_name"),
}

_ADDRESS = re.compile(r"[^@\s,;<>]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
# Secrets Manager's names (CreateSecret), and Splunk's of indexes (indexes.conf).
_SECRET = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_INDEX = re.compile(r"[a-z0-9][a-z0-9_-]*")
# SMTP servers take at least 100 recipients of a mail (RFC 5321, 4.5.3.1.8).
MAX_RECIPIENTS = 100


@dataclass(frozen=True, kw_only=True)
class IntegrationSettings(SharedSettings):
    """Settings of what the pipelines tell others; an integration that is not set is not deployed."""

    smtp_host: str | None = setting(
        "smtpHost",
        default=None,
        meaning="central mail server, which mails the alarms, see docs/integrations.md; unset: none",
        used_by="SmtpNotifications",
    )
    smtp_port: int = setting(
        "smtpPort",
        default=587,
        range=(1, 65_535),
        meaning="port of the mail server",
        used_by="SmtpNotifications",
    )
    smtp_security: SmtpSecurity = setting(
        "smtpSecurity",
        default="starttls",
        meaning="tls: from the first byte, as on port 465",
        used_by="SmtpNotifications",
    )
    smtp_from: str | None = setting(
        "smtpFrom", default=None, meaning="sender's address", used_by="SmtpNotifications"
    )
    smtp_to: str | None = setting(
        "smtpTo",
        default=None,
        meaning="recipients' addresses; several are separated by commas",
        used_by="SmtpNotifications",
    )
    smtp_secret_name: str | None = setting(
        "smtpSecretName", default=None, meaning="secret with the login", used_by="SmtpNotifications"
    )
    splunk_hec_url: str | None = setting(
        "splunkHecUrl",
        default=None,
        meaning="HTTP Event Collector that gets the logs, without a path, "
        "such as https://http-inputs-example.splunkcloud.com; unset: none",
        used_by="SplunkForwarding",
    )
    splunk_secret_name: str | None = setting(
        "splunkSecretName", default=None, meaning="secret with the token", used_by="SplunkForwarding"
    )
    splunk_index: str | None = setting(
        "splunkIndex", default=None, meaning="index; unset: the token's", used_by="SplunkForwarding"
    )
    dynatrace_url: str | None = setting(
        "dynatraceUrl",
        default=None,
        meaning="environment that gets the metrics, such as https://abc12345.live.dynatrace.com; unset: none",
        used_by="DynatraceExport",
    )
    dynatrace_secret_name: str | None = setting(
        "dynatraceSecretName", default=None, meaning="secret with the token", used_by="DynatraceExport"
    )
    # EventBridge's shortest rate is a minute, and Dynatrace takes points of the last hour.
    dynatrace_interval_minutes: int = setting(
        "dynatraceIntervalMinutes",
        default=1,
        range=(1, 30),
        meaning="time from one export to the next; CloudWatch bills each reading",
        used_by="DynatraceExport",
    )
    # In the lab a sink that fails is seen in the DLQ within a minute.
    integration_max_receive_count: int = setting(
        "integrationMaxReceiveCount",
        default=20,
        lab=5,
        range=(1, 1_000),
        meaning="attempts, over about two hours, before the DLQ",
        used_by="integration_queues",
    )
    integration_retry_seconds: int = setting(
        "integrationRetrySeconds",
        default=5,
        lab=1,
        range=(1, 900),
        meaning="longest wait after the first failure; it doubles, up to 15 minutes",
        used_by="smtp_notifier, splunk_forwarder",
    )

    @property
    def integrations(self) -> tuple[str, ...]:
        """Those that are set, by name."""
        return tuple(name for name, needed in _NEEDED.items() if getattr(self, needed[0]))


def integration_problems(settings: IntegrationSettings) -> Iterator[str]:
    """Malformed values and half integrations, one line each that says what to set."""
    yield from _halves(settings)
    yield from _urls(settings)
    yield from _formats(settings)


def _halves(settings: IntegrationSettings) -> Iterator[str]:
    """An integration of which something is set lacks nothing that it needs."""
    declared = declarations(IntegrationSettings)
    for name, needed in _NEEDED.items():
        own = [each for each in declared.values() if each.name.startswith(f"{name}_")]
        given = [each.key for each in own if getattr(settings, each.name) != each.default]
        missing = [declared[each].key for each in needed if getattr(settings, each) is None]
        if given and missing:
            yield f"{missing[0]} must be set as well, since {given[0]} is"


def _urls(settings: IntegrationSettings) -> Iterator[str]:
    for name in ("splunk_hec_url", "dynatrace_url"):
        url = getattr(settings, name)
        if url and not _is_safe_url(url):
            yield (
                f"{key_of(settings, name)} must be an https URL without query, "
                f"or http to a loopback address, not {url!r}"
            )


def _is_safe_url(url: str) -> bool:
    """A token goes there: it is encrypted on every wire, and no part of the URL is another secret."""
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"\s", url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    """`localhost` is not accepted: it is what the resolver makes of it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _formats(settings: IntegrationSettings) -> Iterator[str]:
    if settings.smtp_host and not _HOST.fullmatch(settings.smtp_host):
        yield f"smtpHost must be a host name or an address, not {settings.smtp_host!r}"
    if settings.smtp_from and not _are_addresses(settings.smtp_from, 1):
        yield f"smtpFrom must be one e-mail address, not {settings.smtp_from!r}"
    if settings.smtp_to and not _are_addresses(settings.smtp_to, MAX_RECIPIENTS):
        yield f"smtpTo must be 1 to {MAX_RECIPIENTS} e-mail addresses, not {settings.smtp_to!r}"
    for name in ("smtp_secret_name", "splunk_secret_name", "dynatrace_secret_name"):
        secret = getattr(settings, name)
        if secret and not _SECRET.fullmatch(secret):
            yield f"{key_of(settings, name)} must be the name of a secret, and not its ARN, not {secret!r}"
    if settings.splunk_index and not _INDEX.fullmatch(settings.splunk_index):
        yield f"splunkIndex must be the name of an index, in lower case, not {settings.splunk_index!r}"


def _are_addresses(text: str, most: int) -> bool:
    """Bare ones: what is mailed to them has no display names to break."""
    addresses = [each.strip() for each in text.split(",")]
    parsed = [address for _, address in getaddresses(addresses)]
    return 1 <= len(addresses) <= most and parsed == addresses and all(map(_ADDRESS.fullmatch, addresses))
