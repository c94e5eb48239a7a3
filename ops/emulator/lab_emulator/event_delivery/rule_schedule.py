"""Schedules of rules: `rate(…)` and `cron(…)`, and the thread that fires the rules that are due.

Its clock runs LAB_SPEED times as fast as the time of day. Source of the expressions: EventBridge user guide,
"Setting a schedule pattern for scheduled rules". The unit of a rate is singular for 1 and plural for more.
"""

import logging
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from localstack.aws.api.events import RuleState
from localstack.services.events.models import FormattedEvent, Rule, events_stores

from lab_emulator import speed
from lab_emulator.event_delivery.cron_expression import CronExpression, InvalidCron

LOG = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
CLOSES_WITHIN_SECONDS = 5.0
UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(r"rate\(([0-9]+) (minute|hour|day)(s?)\)")
_CRON = re.compile(r"cron\((.+)\)")

# From one moment to the next, both in seconds since the epoch.
Timing = Callable[[float], float]


class InvalidSchedule(ValueError):
    """Expression that is not one of AWS's."""


@lru_cache(256)
def timing_of(expression: str) -> Timing:
    """Read an expression. Raises InvalidSchedule."""
    if rate := _RATE.fullmatch(expression):
        return _rate(expression, int(rate[1]), rate[2], plural=bool(rate[3]))
    if cron := _CRON.fullmatch(expression):
        return _cron(cron[1])
    raise InvalidSchedule(f"{expression!r} is neither rate(…) nor cron(…)")


def _rate(expression: str, value: int, unit: str, *, plural: bool) -> Timing:
    if value < 1 or plural != (value > 1):
        raise InvalidSchedule(f"{expression!r}: a rate is 1 {unit}, or more {unit}s")
    return lambda moment: moment + value * UNIT_SECONDS[unit]


def _cron(fields: str) -> Timing:
    try:
        expression = CronExpression.parse(fields)
    except InvalidCron as error:
        raise InvalidSchedule(f"cron({fields}): {error}") from error

    def following(moment: float) -> float:
        coming = expression.following(datetime.fromtimestamp(moment, UTC))
        return float("inf") if coming is None else coming.timestamp()

    return following


class LabClock:
    """Clock of the lab, in seconds since the epoch; equal to the time of day while the speed is 1."""

    def __init__(self) -> None:
        self._now = time.time()
        self._read_at = time.monotonic()

    def read(self) -> float:
        at = time.monotonic()
        self._now += (at - self._read_at) * speed.current()
        self._read_at = at
        return self._now


class Scheduler:
    """Thread that looks at all scheduled rules, again and again, and calls `fire` for each that is due.

    A rule's first time is counted from when it was seen enabled, as AWS counts a rate from the rule's
    creation. Times that were missed are not made up for: a machine that slept fires once when it wakes.
    """

    def __init__(self, fire: Callable[[Rule], None]) -> None:
        self._fire = fire
        self._clock = LabClock()
        self._due: dict[tuple[str, str], float] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="event-scheduler", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End it, and wait for that: what it fired later would reach what comes after."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=CLOSES_WITHIN_SECONDS)

    def _run(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            try:
                self.look(self._clock.read(), list(_scheduled_rules()))
            except Exception:  # a region that is used for the first time at this moment, for one
                LOG.exception("scheduled rules were not looked at")

    def look(self, now: float, rules: list[Rule]) -> None:
        """Fire which of `rules` are due, and forget what is not among them."""
        known = {(rule.arn, rule.schedule_expression): rule for rule in rules}
        self._due = {key: due for key, due in self._due.items() if key in known}
        for key, rule in known.items():
            try:
                self._look_at(key, rule, now)
            except Exception:  # one invalid rule must not end the schedules of all
                LOG.exception("scheduled rule %s", rule.arn)

    def _look_at(self, key: tuple[str, str], rule: Rule, now: float) -> None:
        following = timing_of(rule.schedule_expression)
        if key not in self._due:
            self._due[key] = following(now)
        due = self._due[key]
        if due <= now:
            coming = following(due)
            self._due[key] = coming if coming > now else following(now)
            self._fire(rule)


def _scheduled_rules() -> Iterator[Rule]:
    for _account, _region, store in list(events_stores.iter_stores()):
        for bus in list(store.event_buses.values()):
            for rule in list(bus.rules.values()):
                if rule.schedule_expression and rule.state != RuleState.DISABLED:
                    yield rule


def scheduled_event(rule: Rule) -> FormattedEvent:
    """Event that a rule with a schedule sends where the target has no input of its own."""
    return FormattedEvent(
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": rule.account_id,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": rule.region,
            "resources": [rule.arn],
            "detail": {},
        }
    )
