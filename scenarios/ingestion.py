"""Ingestion pipeline as a scenario sees it: what an operator could see too, and nothing more."""

import json
from dataclasses import dataclass
from typing import Any

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import failure_mode
from ops.lab.app import queue_depth
from ops.lab.app.api import Api, ApiAnswer
from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import log_group
from ops.lab.app.state_table import Item, read_items
from ops.lab.app.target import Target
from ops.lab.engines.engine import Engine
from ops.lab.waiting import eventually

# A message is delivered again only after its visibility timeout, 19 s in the lab's settings.
SECONDS_FOR_A_RETRY = 60.0


@dataclass(frozen=True)
class IngestionPipeline:
    """Where the deployed app answers, and how to look into it.

    What is awaited may take `within` seconds in which no function works: how long the work itself takes is
    the machine's.
    """

    target: Target
    api: Api
    engine: Engine

    def break_with(self, mode: FailureMode) -> None:
        """Inject a fault; return once every warm function, which remembers the mode, has noticed."""
        failure_mode.break_with(self.target, mode)

    def heal(self) -> None:
        """Take the fault back, and return once every warm function has noticed."""
        failure_mode.heal(self.target)

    def item(self, key: str) -> Item | None:
        return read_items(self.target, [key]).get(key)

    def await_status(self, key: str, status: str, *, within: float = 30) -> Item:
        """Wait until the table says `status` for `key`."""
        item = eventually(
            lambda: self.item(key),
            within=within,
            moves=self.engine.function_seconds,
            until=lambda seen: seen is not None and seen.status == status,
            what=f"status {status} of {key}",
            hint=self._depths(),
        )
        assert item is not None
        return item

    def await_dead_letters(self, count: int, *, within: float = 90) -> None:
        """Wait until the DLQ shows `count` messages."""
        eventually(
            lambda: queue_depth.dead_letter_queue(self.target).visible,
            within=within,
            moves=self.engine.function_seconds,
            until=lambda visible: visible == count,
            what=f"{count} messages in the DLQ",
        )

    def await_empty_queues(self, *, within: float = 30) -> None:
        """Wait until neither queue holds a message in any state."""
        eventually(
            lambda: (
                queue_depth.main_queue(self.target).total,
                queue_depth.dead_letter_queue(self.target).total,
            ),
            within=within,
            moves=self.engine.function_seconds,
            until=lambda totals: totals == (0, 0),
            what="both queues to be empty",
        )

    def purge_dead_letters(self) -> None:
        """Throw away what a scenario left in the DLQ on purpose."""
        self.target.sqs.purge_queue(QueueUrl=self.target.output("DlqUrl"))

    def outcome_events(self, key: str, detail_type: str) -> list[dict[str, Any]]:
        """The events of `key` that the bus delivered to its log group, oldest first."""
        pages = self.target.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.target.output("OutcomeLogGroupName")
        )
        events = [json.loads(line["message"]) for page in pages for line in page["events"]]
        return [
            event
            for event in events
            if event["detail-type"] == detail_type and event["detail"]["idempotencyKey"] == key
        ]

    def await_success_events(self, key: str, *, within: float = 20) -> list[dict[str, Any]]:
        """Wait for the first success event of `key`, and return all of them."""
        return eventually(
            lambda: self.outcome_events(key, "IngestionSuccess"),
            within=within,
            moves=self.engine.function_seconds,
            what=f"a success event of {key}",
        )

    def log_lines(self, function: FunctionName) -> list[dict[str, Any]]:
        """Every structured line that `function` has logged; Lambda's own START, END and REPORT are none."""
        pages = self.target.logs.get_paginator("filter_log_events").paginate(
            logGroupName=log_group(self.target, function)
        )
        lines = [line["message"] for page in pages for line in page["events"]]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def post_raw(self, body: bytes, content_type: str = "application/json") -> ApiAnswer:
        """POST any bytes to /events."""
        return self.api.request("POST", "/events", body, {"content-type": content_type})

    def _depths(self) -> str:
        main, dlq = queue_depth.main_queue(self.target), queue_depth.dead_letter_queue(self.target)
        return f"queue {main}, DLQ {dlq}"
