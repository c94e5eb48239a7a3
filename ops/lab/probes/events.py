"""The outcome events that the bus delivered to its log group."""

import json
from collections import defaultdict
from collections.abc import Collection

from functions.ingestion.outcome_names import SUCCESS
from ops.lab.app.target import Target

# A function's clock, the bus's and ours need not agree to the second.
_CLOCK_SKEW_MS = 5_000


def success_event_ids(target: Target, since: float) -> dict[str, list[str]]:
    """The eventId of every success event by its idempotency key, delivered since then (epoch seconds)."""
    pages = target.logs.get_paginator("filter_log_events").paginate(
        logGroupName=target.output("OutcomeLogGroupName"), startTime=int(since * 1000) - _CLOCK_SKEW_MS
    )
    ids: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for line in page["events"]:
            event = json.loads(line["message"])
            if event["detail-type"] == SUCCESS:
                ids[event["detail"]["idempotencyKey"]].append(event["detail"]["eventId"])
    return dict(ids)


def announced(target: Target, keys: Collection[str], since: float) -> int:
    """How many success events of these keys were delivered since then, repetitions included."""
    ids = success_event_ids(target, since)
    return sum(len(ids.get(key, ())) for key in set(keys))
