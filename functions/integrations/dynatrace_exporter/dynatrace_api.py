"""Dynatrace's metric ingestion API.

https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-post-datapoints: text/plain of at most 1 MB, a token
with the scope metrics.ingest. 202 if every line is valid; 400 with the invalid lines and why, and the others
are taken all the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from functions.common.sqs_message import grouped
from functions.integrations.http_post import post
from functions.integrations.secret import ServiceSecret

ENDPOINT = "/api/v2/metrics/ingest"
MAX_BYTES = 1_000_000
# The API names no limit of lines; Dynatrace's own clients send this many at most (dynatrace-metric-utils).
MAX_LINES = 1_000

Each = TypeVar("Each")


class NotAccepted(Exception):
    """Dynatrace did not take the request, in whole: it may take it later."""


@dataclass(frozen=True)
class RefusedLine:
    """A line that Dynatrace will never take; `number` is that in its request, from 1, or 0 if not told."""

    number: int
    reason: str


@dataclass(frozen=True)
class Dynatrace:
    """An environment: `https://<id>.live.dynatrace.com`, or `https://<ActiveGate>:9999/e/<id>`."""

    url: str
    secret: ServiceSecret

    def send(self, lines: Sequence[str]) -> list[RefusedLine]:
        """Answer the lines that are invalid: the rest is Dynatrace's now. Raises NotAccepted, `NotSent` and
        what `ServiceSecret` raises."""
        answer = post(
            self.url.rstrip("/") + ENDPOINT,
            "\n".join(lines).encode(),
            {
                "Authorization": f"Api-Token {self.secret.require('token')}",
                "Content-Type": "text/plain; charset=utf-8",
            },
            ca_certificate=self.secret.optional("caCertificate"),
        )
        document = answer.document()
        # Anything else did not come from the API: a proxy, or a page to log in.
        ok, invalid = document.get("linesOk"), document.get("linesInvalid")
        if answer.status not in (202, 400) or not isinstance(ok, int) or not isinstance(invalid, int):
            raise NotAccepted(f"{answer.status} {_message(document)}")
        if ok + invalid != len(lines):
            raise NotAccepted(f"{answer.status} for {ok + invalid} of {len(lines)} lines")
        return _invalid_lines(document.get("error"), invalid)


def requests(lines: Sequence[tuple[str, Each]]) -> Iterator[list[tuple[str, Each]]]:
    """Lines, each with what it was made of, in groups that one request takes."""
    return grouped(lines, lambda line: len(line[0].encode()) + 1, max_bytes=MAX_BYTES, max_entries=MAX_LINES)


def _invalid_lines(error: Any, number: int) -> list[RefusedLine]:
    """As many as Dynatrace counted, though it may not list each one."""
    listed = (error.get("invalidLines") or []) if isinstance(error, dict) else []
    found = [RefusedLine(int(each.get("line", 0)), str(each.get("error"))) for each in listed[:number]]
    return found + [RefusedLine(0, "not listed")] * (number - len(found))


def _message(document: dict[str, Any]) -> str:
    error = document.get("error")
    return str(error.get("message")) if isinstance(error, dict) else "no answer of the metrics API"
