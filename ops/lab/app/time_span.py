"""Time span: as commands and pages take it, and as an event's own times give it.

Without bounds a search of logs reads all that was ever logged: on an account minutes, in the lab what else it
serves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.lab.errors import Refused

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# Beyond it no date can be told; logs are kept for ten years at most (CloudWatch Logs, PutRetentionPolicy).
_MOST_SECONDS = 3660 * 86400
# Before the first claim the event was posted and waited in the queue; after the verdict the outcome event
# and the last lines of the invocation come, and clocks differ.
_BEFORE_SECONDS = 15.0
_AFTER_SECONDS = 60.0
# A trace ends with the request that began it; what a queue held back comes in others, which are linked.
_TRACE_SECONDS = 3600.0


def seconds(span: str) -> int:
    """The seconds in "90s", "5m", "2h" or "1d". Raises Refused for anything else."""
    if (match := re.fullmatch(r"([0-9]{1,9})([smhd])", span)) and (
        0 < (found := int(match[1]) * _UNITS[match[2]]) <= _MOST_SECONDS
    ):
        return found
    raise Refused(f"{span!r} is no time span", hint="for example: --since 90s, 5m, 2h or 1d")


@dataclass(frozen=True)
class StorySpan:
    """Between `since` and `until`, in epoch seconds; None is now."""

    since: float
    until: float | None

    def earlier(self, seconds: float) -> "StorySpan":
        """The same, from so much earlier on."""
        return StorySpan(self.since - seconds, self.until)


def span_of_item(item: Mapping[str, Any]) -> StorySpan | None:
    """From before the first claim to after the success; to now where there is none yet.

    `item` has plain values, as `read_raw` returns them. None where it does not tell when it began.
    """
    began, ended = _time(item.get("firstSeenAt")), _time(item.get("processedAt"))
    if began is None:
        return None
    done = item.get("status") == "SUCCEEDED" and ended is not None
    return StorySpan(began - _BEFORE_SECONDS, ended + _AFTER_SECONDS if done and ended else None)


def span_of_trace(trace_id: str) -> StorySpan:
    """From the time in the trace's id: its second part is epoch seconds in hexadecimal (X-Ray developer
    guide, "Sending trace data to X-Ray")."""
    began = int(trace_id.split("-")[1], 16)
    return StorySpan(began - _BEFORE_SECONDS, began + _TRACE_SECONDS)


def _time(text: object) -> float | None:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None
