"""Splunk's HTTP Event Collector.

https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector lists its answers:
0 success (200); 1 token disabled, 4 invalid token (403); 2 token required, 3 invalid authorization (401);
5 no data, 6 invalid data format, 7 incorrect index, 12 event field required, 13 event field blank,
15 indexed fields (400); 8 internal server error (500); 9 server is busy (503).
"""

import gzip
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.common.clock import Deadline
from functions.common.error_category import AWS_ERRORS, error_type
from functions.integrations.http_post import (
    CONNECT_TIMEOUT_SECONDS,
    READ_TIMEOUT_SECONDS,
    NotSent,
    PostAnswer,
    post,
)
from functions.integrations.secret import MalformedSecret, ServiceSecret

ENDPOINT = "/services/collector/event"
ATTEMPTS = 3
BACKOFF_SECONDS = 1.0
# Of one attempt; READ_TIMEOUT_SECONDS is between two bytes, and HEC's answers are short.
ATTEMPT_SECONDS = CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS
# An attempt, and then the time to bring to the retry queue what it left: with less nothing is begun.
FORWARD_SECONDS = ATTEMPT_SECONDS + 7

# What one event brings upon a whole request, which names the first such event.
_EVENT_CODES = frozenset({6, 12, 13, 15})


@dataclass(frozen=True)
class HecRefusal:
    """Why HEC has not taken a request. `event_number` is that of the one event which it blames, from 0."""

    error_type: str
    reason: str
    event_number: int | None = None


@dataclass(frozen=True)
class Hec:
    """Sends requests, again where that may help and while there is time."""

    url: str
    secret: ServiceSecret
    sleep: Callable[[float], None] = time.sleep
    uniform: Callable[[float, float], float] = random.uniform

    def send(self, envelopes: Sequence[str], deadline: Deadline) -> HecRefusal | None:
        """None once HEC has said that it took them all."""
        refusal: HecRefusal | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                self.sleep(self.uniform(0, BACKOFF_SECONDS * 2**attempt))
            if deadline.remaining_seconds() < FORWARD_SECONDS:
                break
            refusal, may_pass = self._attempt(envelopes)
            if not may_pass:
                return refusal
        return refusal or HecRefusal("OutOfTime", "not sent: the invocation is about to end")

    def _attempt(self, envelopes: Sequence[str]) -> tuple[HecRefusal | None, bool]:
        """The refusal, and whether it may pass by itself."""
        body = gzip.compress("".join(envelopes).encode(), mtime=0)
        try:
            headers = {
                "Authorization": f"Splunk {self.secret.require('token')}",
                "Content-Type": "application/json",
                "Content-Encoding": "gzip",
            }
            authority = self.secret.optional("caCertificate")
            answer = post(self.url.rstrip("/") + ENDPOINT, body, headers, ca_certificate=authority)
        except (NotSent, MalformedSecret, *AWS_ERRORS) as error:
            return HecRefusal(error_type(error), str(error)), True
        if answer.ok and answer.document().get("code") == 0:
            return None, False
        return _refusal(answer, len(envelopes)), answer.may_pass


def _refusal(answer: PostAnswer, events: int) -> HecRefusal:
    """A 200 without code 0 is none of HEC's: some other server answers at that address."""
    document = answer.document()
    code, number = document.get("code"), document.get("invalid-event-number")
    blamed = code in _EVENT_CODES and isinstance(number, int) and 0 <= number < events
    return HecRefusal(
        error_type=f"Hec{code}" if isinstance(code, int) else f"Http{answer.status}",
        reason=f"{answer.status} {document.get('text', 'no answer of HEC')}",
        event_number=number if blamed else None,
    )
