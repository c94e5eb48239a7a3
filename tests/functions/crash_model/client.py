"""A client that must not lose an event: it repeats a request until it is accepted."""

import json
from dataclasses import dataclass, field
from typing import Any

from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.identity import Identity, checksum
from functions.ingestion.strict_json import parse_json
from tests.functions.crash_model.function import Function, NoAnswer
from tests.functions.crash_model.virtual_clock import VirtualClock

_MAX_TRIES = 3  # one fault in a run: the second try gets through
_PAUSE_SECONDS = 1


@dataclass
class Client:
    """`accepted` are the events that the API said 202 for."""

    ingest: Function
    clock: VirtualClock
    accepted: list[Identity] = field(default_factory=list)

    def submit(self, key: str, amount: int = 1) -> None:
        """Post an order under an idempotency key."""
        body = json.dumps({"orderId": f"order-{key}", "amount": amount})
        for _ in range(_MAX_TRIES):
            answer = self._post(body, key)
            if answer is not None and answer["statusCode"] == 202:
                self.accepted.append(Identity(key, checksum(canonical_json(parse_json(body)))))
                return
            self.clock.advance(_PAUSE_SECONDS)
        raise AssertionError(f"{key} was not accepted: {answer}")

    def _post(self, body: str, key: str) -> dict[str, Any] | None:
        headers = {"content-type": "application/json", "idempotency-key": key}
        event = {"version": "2.0", "routeKey": "POST /events", "headers": headers, "body": body}
        try:
            answer: dict[str, Any] = self.ingest.invoke(event)
        except NoAnswer:
            return None
        return answer
