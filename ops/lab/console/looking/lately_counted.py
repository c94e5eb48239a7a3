"""What was counted lately: how much of each, and when for the last time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from ops.lab.app.target import Target
from ops.lab.probes.metric_series import read_series
from ops.lab.probes.metrics import MetricQuery, data_query

_MINUTE = 60
# In the emulator the last time is told as closely as this; AWS counts by the minute.
_LOCAL_SECONDS = 5
# Of these it is asked when they were counted last: failures, and what tells that they are over.
_FOLLOWED = ("failed_attempts", "processed")


@dataclass(frozen=True)
class LatelyCounted:
    """`sums` by name; `last` is when the period ended in which it was counted last, in epoch seconds, without
    those of which nothing was counted."""

    sums: Mapping[str, float] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)


def count_lately(target: Target, queries: Mapping[str, MetricQuery], seconds: float) -> LatelyCounted:
    """In the last so many seconds, from the full minute on: one call."""
    now = time.time()
    period = _LOCAL_SECONDS if target.endpoint else _MINUTE
    followed = [name for name in _FOLLOWED if name in queries]
    asked = {name: data_query(f"m{at}", query, _MINUTE) for at, (name, query) in enumerate(queries.items())}
    closer = asked
    if period < _MINUTE:
        closer = {name: data_query(f"f{at}", queries[name], period) for at, name in enumerate(followed)}
    both = {each["Id"]: each for each in (*asked.values(), *closer.values())}
    found = {
        series.id: series.points
        for series in read_series(
            target, list(both.values()), (now - seconds) // _MINUTE * _MINUTE, now + _MINUTE
        )
    }
    sums = {name: sum(found.get(query["Id"], {}).values()) for name, query in asked.items()}
    last = {
        name: min(now, max(times) + period)
        for name in followed
        if (times := [at for at, value in found.get(closer[name]["Id"], {}).items() if value > 0])
    }
    return LatelyCounted(sums, last)
