"""What the settings of the integrations may be: all of one, or none of it."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Iterator
from email.utils import getaddresses
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infra.context_values import context_key
from infra.settings_integrations import IntegrationSettings

if TYPE_CHECKING:
    from infra.settings import Settings

# Inclusive. EventBridge's shortest rate is a minute, and Dynatrace takes points of the last hour.
INTEGRATION_RANGES: dict[str, tuple[int, int]] = {
    "smtp_port": (1, 65_535),
    "dynatrace_interval_minutes": (1, 30),
    "integration_max_receive_count": (1, 1_000),
    "integration_retry_seconds": (1, 900),
}

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


def integration_problems(settings: Settings) -> Iterator[str]:
    """One line each that says what to set."""
    yield from _halves(settings)
    yield from _urls(settings)
    yield from _formats(settings)


def _halves(settings: Settings) -> Iterator[str]:
    """An integration of which something is set lacks nothing that it needs."""
    fields = dataclasses.fields(IntegrationSettings)
    for name, needed in _NEEDED.items():
        own = [each for each in fields if each.name.startswith(f"{name}_")]
        given = [each.name for each in own if getattr(settings, each.name) != each.default]
        missing = [each for each in needed if getattr(settings, each) is None]
        if given and missing:
            yield f"{context_key(missing[0])} must be set as well, since {context_key(given[0])} is"


def _urls(settings: Settings) -> Iterator[str]:
    for name in ("splunk_hec_url", "dynatrace_url"):
        url = getattr(settings, name)
        if url and not _is_safe_url(url):
            yield (
                f"{context_key(name)} must be an https URL without query, or http to a loopback address, "
                f"not {url!r}"
            )


def _is_safe_url(url: str) -> bool:
    """A token goes there: it is encrypted on every wire, and no part of the URL is another secret."""
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"\s", url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    """`localhost` is not taken at its word: it is what the resolver makes of it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _formats(settings: Settings) -> Iterator[str]:
    if settings.smtp_host and not _HOST.fullmatch(settings.smtp_host):
        yield f"smtpHost must be a host name or an address, not {settings.smtp_host!r}"
    if settings.smtp_from and not _are_addresses(settings.smtp_from, 1):
        yield f"smtpFrom must be one e-mail address, not {settings.smtp_from!r}"
    if settings.smtp_to and not _are_addresses(settings.smtp_to, MAX_RECIPIENTS):
        yield f"smtpTo must be 1 to {MAX_RECIPIENTS} e-mail addresses, not {settings.smtp_to!r}"
    for name in ("smtp_secret_name", "splunk_secret_name", "dynatrace_secret_name"):
        secret = getattr(settings, name)
        if secret and not _SECRET.fullmatch(secret):
            yield f"{context_key(name)} must be the name of a secret, and not its ARN, not {secret!r}"
    if settings.splunk_index and not _INDEX.fullmatch(settings.splunk_index):
        yield f"splunkIndex must be the name of an index, in lower case, not {settings.splunk_index!r}"


def _are_addresses(text: str, most: int) -> bool:
    """Bare ones: what is mailed to them has no display names to break."""
    addresses = [each.strip() for each in text.split(",")]
    parsed = [address for _, address in getaddresses(addresses)]
    return 1 <= len(addresses) <= most and parsed == addresses and all(map(_ADDRESS.fullmatch, addresses))
