"""Memory between two looks at one target: what seldom changes, and what two depths tell together."""

import json
import time
from collections import deque
from collections.abc import Mapping

from botocore.exceptions import ClientError

from functions.ingestion.outcome_names import FAILURE, SUCCESS
from ops.lab.app.target import Target
from ops.lab.probes import metrics
from ops.lab.probes.metrics import MetricQuery

# Over how many seconds counts are added up, and how old they may be. On AWS each metric asked for costs.
COUNTED_SECONDS = 600.0
_AWS_FRESH_SECONDS = 60.0
_LOCAL_FRESH_SECONDS = 5.0
# A deployment may replace a rule without changing an output.
_RULES_FRESH_SECONDS = 120.0
_NAMES = {SUCCESS: "announced", FAILURE: "announced_failed"}


class LookMemory:
    """Of one target; for the poller's thread alone."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._fresh = _AWS_FRESH_SECONDS if target.endpoint is None else _LOCAL_FRESH_SECONDS
        self._rules: dict[str, str] = {}
        self._rules_found = -_RULES_FRESH_SECONDS
        self._outputs = target.outputs
        self._counts: Mapping[str, float] = {}
        self._counted = -COUNTED_SECONDS
        self._depths: deque[tuple[float, int]] = deque()

    def rules(self) -> Mapping[str, str]:
        """The bus's rules by what they count, asked for seldom; none where the caller may not list them."""
        if time.monotonic() - self._rules_found >= _RULES_FRESH_SECONDS:
            self._rules, self._rules_found = self._found_rules(), time.monotonic()
        return self._rules

    def fits(self, target: Target) -> bool:
        """Whether it is of this target, and of its stacks as they are known now."""
        return self._target is target and self._outputs is target.outputs

    def counts(self, queries: Mapping[str, MetricQuery]) -> Mapping[str, float]:
        """What was counted in the last ten minutes, from the full minute on; a few seconds old at most."""
        if time.monotonic() - self._counted > self._fresh or self._counts.keys() != queries.keys():
            series = metrics.by_minute(self._target, list(queries.values()), time.time() - COUNTED_SECONDS)
            self._counts = {name: sum(values) for name, values in zip(queries, series, strict=True)}
            self._counted = time.monotonic()
        return self._counts

    def filling(self, depth: int, leaving: float, window: float) -> float:
        """How many messages a second came into a queue of this depth, over the window's seconds.

        `leaving` is how many a second were taken out. By depths, since what SQS itself moves to a dead-letter
        queue counts as sent to neither queue (SQS developer guide, "Dead-letter queues").
        """
        now = time.monotonic()
        self._depths.append((now, depth))
        while len(self._depths) > 2 and now - self._depths[1][0] >= window:
            self._depths.popleft()
        since, before = self._depths[0]
        if now <= since or depth <= before:
            return 0.0
        return round((depth - before) / (now - since) + leaving, 2)

    def _found_rules(self) -> dict[str, str]:
        try:
            rules = self._target.events.list_rules(EventBusName=self._target.output("BusName"))["Rules"]
        except ClientError:  # a role that only reads metrics: the arrows to and from the bus have no figures
            return {}
        patterns = {rule["Name"]: json.loads(rule.get("EventPattern", "{}")) for rule in rules}
        return {
            _NAMES[kind]: name
            for name, pattern in patterns.items()
            for kind in pattern.get("detail-type", [])
            if kind in _NAMES
        }
