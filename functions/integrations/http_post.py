"""POST to a service outside AWS, over urllib3, which botocore brings along."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import urllib3

CONNECT_TIMEOUT_SECONDS = 3.0
# Between two bytes of the answer, not of all of it.
READ_TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 65_536


class NotSent(Exception):
    """No answer: refused, timed out, broken off, or not to be trusted. Whether it was taken is not known."""


@dataclass(frozen=True)
class PostAnswer:
    """A status and the first `MAX_ANSWER_BYTES` of what came with it."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def may_pass(self) -> bool:
        """Whether the same request may be taken later: throttled, timed out, or the server's own fault."""
        return self.status in (408, 429) or self.status >= 500

    def document(self) -> dict[str, Any]:
        """The body's JSON object; empty if it is something else, such as a proxy's page."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, ca_certificate: str | None = None
) -> PostAnswer:
    """One attempt; who calls decides on another. Redirects are not followed: they would carry the token away.

    `ca_certificate` (PEM) replaces the system's trust store. Raises NotSent.
    """
    try:
        response = _pool(ca_certificate).request(
            "POST",
            url,
            body=body,
            headers=dict(headers),
            redirect=False,
            retries=False,
            preload_content=False,
        )
        with response:  # closes the connection unless the answer was read to its end
            return PostAnswer(response.status, response.read(MAX_ANSWER_BYTES))
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=4)
def _pool(ca_certificate: str | None) -> urllib3.PoolManager:
    """One for each certificate, so that a warm function keeps its connections. Raises ssl.SSLError."""
    return urllib3.PoolManager(
        ssl_context=tls_context(ca_certificate),
        timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=READ_TIMEOUT_SECONDS),
    )


def tls_context(ca_certificate: str | None) -> ssl.SSLContext:
    """Verifies name and chain: against this authority (PEM) alone, or the system's where there is none."""
    return ssl.create_default_context(cadata=ca_certificate)
