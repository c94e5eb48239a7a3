"""Told verdict: whether log and bus tell of what the state table says already.

The worker writes its verdict to the table first. Its log comes when the invocation has ended, and the bus
delivers by itself: for a moment, on AWS for seconds, the table knows more than both.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from ops.lab.app.log_tail import FunctionLogLine


def is_told(
    item: Mapping[str, Any],
    since: float,
    until: float | None,
    lines: Iterable[FunctionLogLine],
    announced_at: Collection[str],
) -> bool:
    """Whether these lines of a key, and its success events, which occurred then, tell of the verdict in its
    item (plain values).

    True too where there is none, or none between these times (epoch seconds): then there is nothing to tell.
    """
    if "processedAt" not in item:
        return True
    at = datetime.fromisoformat(str(item["processedAt"])).timestamp()
    if at < since or (until is not None and at > until):
        return True
    if item.get("status") != "SUCCEEDED":
        return any("errorType" in (line.fields or {}) for line in lines)
    return item.get("eventEmittedAt") in announced_at and any(
        (line.fields or {}).get("processed") and line.time_ms >= round(at * 1000) for line in lines
    )
