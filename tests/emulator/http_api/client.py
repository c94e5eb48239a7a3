"""An HTTP client that sends exactly what it is told, which no higher one does."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """An HTTP response. Header names are in lower case; repeated headers stay apart."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


def send(
    url: str,
    method: str = "GET",
    path: str = "/",
    headers: list[tuple[str, str]] | None = None,
    body: bytes = b"",
) -> Answer:
    """Send one request to `url` + `path`, the path as it is."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        own_host = any(name == "host" for name, _ in headers or [])
        connection.putrequest(method, parts.path + path, skip_host=own_host, skip_accept_encoding=True)
        for name, value in headers or []:
            connection.putheader(name, value)
        if body or method in ("POST", "PUT", "PATCH"):
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        answered = [(name.lower(), value) for name, value in response.getheaders()]
        return Answer(response.status, answered, response.read())
    finally:
        connection.close()
