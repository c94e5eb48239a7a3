"""Memory between two looks at one target: what seldom changes, and what two depths tell together."""

import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from functions.ingestion.outcome_names import FAILURE, SUCCESS
from ops.lab.app.target import Target
from ops.lab.console.looking.lately_counted import LatelyCounted, count_lately
from ops.lab.console.looking.shared_answer import SharedAnswer
from ops.lab.probes import alarms
from ops.lab.probes.alarms import AlarmReading
from ops.lab.probes.metrics import MetricQuery

# Over how many seconds counts are added up, and how old they may be. On AWS each metric asked for costs.
COUNTED_SECONDS = 600.0
_AWS_FRESH_SECONDS = 60.0
_LOCAL_FRESH_SECONDS = 5.0
# To read all alarms costs as much as two looks: at every so many, and at every other which are raised.
_ALL_ALARMS_LOOKS = 6
_RAISED_LOOKS = 2
# What is asked for at every so many looks is no older than this: while no page is open, looks are far apart.
_SELDOM_LAST_SECONDS = 10.0
# A deployment may replace a rule without changing an output.
_RULES_FRESH_SECONDS = 120.0
_NAMES = {SUCCESS: "announced", FAILURE: "announced_failed"}

Answer = TypeVar("Answer")


class LookMemory:
    """Of one target; for the poller's thread alone."""

    def __init__(self, target: Target) -> None:
        on_aws = target.endpoint is None
        self._target = target
        self._outputs = target.outputs
        self._rules: SharedAnswer[dict[str, str]] = SharedAnswer()
        self._counts: SharedAnswer[LatelyCounted] = SharedAnswer()
        self._counts_seconds = _AWS_FRESH_SECONDS if on_aws else _LOCAL_FRESH_SECONDS
        self._counted: frozenset[str] = frozenset()
        self._depths: deque[tuple[float, int]] = deque()
        # By name: the answer, and the look and the time until which it will do.
        self._seldom: dict[str, tuple[Any, int, float]] = {}
        self._looks = 0
        self._always_asks = on_aws
        self._raised: frozenset[str] = frozenset()

    def fits(self, target: Target) -> bool:
        """Whether it is of this target, and of its stacks as they are known now."""
        return self._target is target and self._outputs is target.outputs

    def rules(self) -> Mapping[str, str]:
        """The bus's rules by what they count, asked for seldom; none where the caller may not list them."""
        return self._rules.get(self._found_rules, of=self, seconds=_RULES_FRESH_SECONDS)

    def alarm_readings(self) -> Mapping[str, AlarmReading]:
        """Every alarm, read anew when others are in ALARM than before, and now and then."""
        raised = self.seldom("raised", _RAISED_LOOKS, lambda: alarms.in_alarm(self._target))
        if raised != self._raised:
            self._raised = raised
            self._seldom.pop("alarms", None)
        return self.seldom("alarms", _ALL_ALARMS_LOOKS, lambda: alarms.readings(self._target))

    def begin_look(self) -> None:
        """Count a look."""
        self._looks += 1

    def seldom(self, name: str, looks: int, ask: Callable[[], Answer]) -> Answer:
        """What `ask` said of this name; it is asked at every so many looks, and at each of an account."""
        known = self._seldom.get(name)
        if known is not None and self._looks < known[1] and time.monotonic() < known[2]:
            kept: Answer = known[0]
            return kept
        answer = ask()
        if not self._always_asks:
            self._seldom[name] = (answer, self._looks + looks, time.monotonic() + _SELDOM_LAST_SECONDS)
        return answer

    def forget_seldom(self) -> None:
        """Ask for all of it at the next look: something was changed."""
        self._seldom = {}

    def counts(self, queries: Mapping[str, MetricQuery]) -> LatelyCounted:
        """What was counted in the last ten minutes, from the full minute on; a few seconds old at most."""
        if queries.keys() != self._counted:
            self._counted = frozenset(queries)
        return self._counts.get(
            lambda: count_lately(self._target, queries, COUNTED_SECONDS),
            of=self._counted,
            seconds=self._counts_seconds,
        )

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
