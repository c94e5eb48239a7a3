"""Senders as simple as can be: they send what a test says, right or wrong."""

import gzip
import json
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

import urllib3

from ops.lab.sinks.access import RECIPIENT, SENDER, Access

EVENTS, METRICS = "/services/collector/event", "/api/v2/metrics/ingest"
SECONDS = 5.0  # how long a client waits for an answer


def trusting(access: Access) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=access.ca_certificate)


class HttpClient:
    """Posts to HEC and to Dynatrace, by default with the right headers."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._pool = urllib3.PoolManager(ssl_context=trusting(access), retries=False, timeout=SECONDS)

    def post_events(self, body: bytes | str, *, compressed: bool = False, **headers: str | None) -> Any:
        """`authorization=None` leaves the header out, a text replaces it."""
        given: dict[str, str | None] = {"authorization": f"Splunk {self._access.credentials.hec_token}"}
        given |= headers
        content = body.encode() if isinstance(body, str) else body
        if compressed:
            content, given["content-encoding"] = gzip.compress(content), "gzip"
        return self.send("POST", self._access.hec_url + EVENTS, content, given)

    def post_metrics(self, body: str | bytes, **headers: str | None) -> Any:
        given: dict[str, str | None] = {
            "authorization": f"Api-Token {self._access.credentials.dynatrace_token}",
            "content_type": "text/plain; charset=utf-8",
        }
        content = body.encode() if isinstance(body, str) else body
        return self.send("POST", self._access.dynatrace_url + METRICS, content, given | headers)

    def send(self, method: str, url: str, body: bytes, headers: dict[str, str | None]) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        return self._pool.request(method, url, body=body, headers=sent)


def document(answer: Any) -> Any:
    return json.loads(answer.data)


def a_mail(**fields: str | None) -> EmailMessage:
    """A mail with everything that one needs; a field given as None is left out."""
    message = EmailMessage()
    given: dict[str, str | None] = {
        "Date": formatdate(),
        "From": SENDER,
        "To": RECIPIENT,
        "Message-ID": make_msgid(domain="example.com"),
        "Subject": "Depth über alles",
    }
    for name, value in (given | {n.replace("_", "-"): v for n, v in fields.items()}).items():
        if value is not None:
            message[name] = value
    message.set_content("The DLQ holds messages.\n")
    return message


class MailClient:
    """Sends mails over STARTTLS, by default with the right credentials."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def connect(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self._access.ports.smtp, timeout=SECONDS)

    def send(self, message: EmailMessage, password: str | None = None) -> None:
        given = self._access.credentials
        with self.connect() as server:
            server.starttls(context=trusting(self._access))
            server.login(given.smtp_username, password or given.smtp_password)
            server.send_message(message)

    def send_bytes(self, content: bytes) -> int:
        """Send exactly these bytes as the mail; return the code of the answer."""
        given = self._access.credentials
        with self.connect() as server:
            server.starttls(context=trusting(self._access))
            server.login(given.smtp_username, given.smtp_password)
            server.mail(SENDER)
            server.rcpt(RECIPIENT)
            server.putcmd("data")
            server.getreply()
            server.send(content + b"\r\n.\r\n")
            return server.getreply()[0]
