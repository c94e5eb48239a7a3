"""Sending of events by the console, at a pace, with sample orders or a body of one's own."""

import json
import time
from collections import Counter
from dataclasses import dataclass

from functions.common.sqs_message import MAX_BYTES
from ops.lab.app.api import Api, ApiAnswer
from ops.lab.app.target import Target
from ops.lab.app.traffic import new_run_name, order, post_until_unanswered
from ops.lab.console.changes.background_job import BackgroundJob
from ops.lab.errors import Refused

MOST_EVENTS = 10_000
MOST_PER_SECOND = 1_000.0
_CONNECTIONS = 8


@dataclass(frozen=True)
class SendingOrder:
    """What to send: `count` events, `per_second` or as fast as the API answers for None.

    `body` is JSON text of one's own, else sample orders are sent. `key` is its idempotency key; without one
    the API derives it from the body. Raises Refused for what cannot be sent.
    """

    count: int
    per_second: float | None = None
    body: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_EVENTS:
            raise Refused(
                f"{self.count:,} events", hint=f"send 1 to {MOST_EVENTS:,}; more: lab send --count N"
            )
        if self.per_second is not None and not 0 < self.per_second <= MOST_PER_SECOND:
            raise Refused(
                f"{self.per_second:g} a second",
                hint=f"more than 0, at most {MOST_PER_SECOND:g}; or leave it empty: as fast as possible",
            )
        if self.key and not self.body:
            raise Refused("a key without a body of your own", hint="sample orders have keys of their own")
        if not self.key.isprintable() or not self.key.isascii():
            raise Refused("the key has characters that no header takes", hint="use printable ASCII")
        if self.body:
            _check_body(self.body)

    def __str__(self) -> str:
        what = "with your body" if self.body else "of sample orders"
        pace = "as fast as the API answers" if self.per_second is None else f"{self.per_second:g} a second"
        return f"{self.count:,} event{'s' if self.count > 1 else ''} {what}, {pace}"


class SendingJob(BackgroundJob):
    """Posts what is ordered; `statuses` counts the answers by HTTP status, 0 for none. Ends at the first
    event that gets no answer."""

    def __init__(self, target: Target, ordered: SendingOrder) -> None:
        super().__init__(f"Sending {ordered}", ordered.count)
        self.run_name = "" if ordered.body else new_run_name()
        self.statuses: Counter[int] = Counter()
        self.first_problem = ""
        self._target = target
        self._ordered = ordered

    @property
    def accepted(self) -> int:
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)

    @property
    def refused(self) -> int:
        """How many got an answer that is no acceptance."""
        return self.done - self.accepted - self.statuses[0]

    def work(self) -> str:
        api = Api.of(self._target, connections=_CONNECTIONS)
        began = time.monotonic()

        def awaits_turn(number: int) -> bool:
            if self._ordered.per_second is not None:
                self.pause(began + (number - 1) / self._ordered.per_second - time.monotonic())
            return not self.stopping

        def post(number: int) -> ApiAnswer:
            answer = self._post(api, number)
            self._note(answer)
            return answer

        numbers = range(1, self.planned + 1)
        post_until_unanswered(post, numbers, _CONNECTIONS, awaits_turn=awaits_turn)
        return self._told()

    def _post(self, api: Api, number: int) -> ApiAnswer:
        if not self._ordered.body:
            event = order(f"{self.run_name}-{number:06d}", number)
            return api.post_event(event.body, event.key)
        headers = {"idempotency-key": self._ordered.key} if self._ordered.key else {}
        return api.request("POST", "/events", self._ordered.body.encode(), headers)

    def _note(self, answer: ApiAnswer) -> None:
        with self._lock:
            self.done += 1
            self.statuses[answer.status] += 1
            if not answer.accepted and not self.first_problem:
                self.first_problem = answer.told
        if not answer.came:
            self.stop()

    def _told(self) -> str:
        parts = [f"{self.accepted:,} of {self.planned:,} accepted"]
        parts += [f"{self.refused:,} refused"] if self.refused else []
        parts += [f"{self.statuses[0]:,} without an answer"] if self.statuses[0] else []
        unsent = self.planned - self.done
        parts += [f"{unsent:,} not sent"] if unsent else []
        reason = f". The first that was not accepted: {self.first_problem}" if self.first_problem else ""
        return ", ".join(parts) + (f", run {self.run_name}" if self.run_name else "") + reason


def _check_body(text: str) -> None:
    """Raises Refused for what is no JSON; whether it is an event is for the API to say."""
    if len(text) > MAX_BYTES:  # ingest refuses it, too: a message of SQS has no room for it
        raise Refused(f"the body has {len(text):,} characters", hint=f"at most {MAX_BYTES:,}")
    try:
        json.loads(text)
    except ValueError as error:
        raise Refused(
            f"the body is no JSON: {error}", hint='put it right, as {"orderId": "a", "amount": 1}'
        ) from error
    except RecursionError as error:
        raise Refused("the body is nested too deeply to be read") from error
