"""Fires scheduled rules, by a clock that runs LAB_SPEED times as fast as the one on the wall."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

from localstack.aws.api.events import RuleState
from localstack.services.events.models import Rule, events_stores

from lab_emulator import speed
from lab_emulator.event_delivery.schedule_expression import timing_of

LOG = logging.getLogger(__name__)

LOOK_SECONDS = 0.1


class LabClock:
    """Seconds since the epoch; equal to the time of day for as long as the speed is 1."""

    def __init__(self) -> None:
        self._now = time.time()
        self._read_at = time.monotonic()

    def read(self) -> float:
        at = time.monotonic()
        self._now += (at - self._read_at) * speed.current()
        self._read_at = at
        return self._now


class Scheduler:
    """Looks at all scheduled rules, again and again, and calls `fire` for each that is due.

    A rule's first time is counted from when it was seen enabled, as AWS counts a rate from the rule's
    creation. Times that were missed are not made up for: a machine that slept fires once when it wakes.
    """

    def __init__(self, fire: Callable[[Rule], None]) -> None:
        self._fire = fire
        self._clock = LabClock()
        self._due: dict[tuple[str, str], float] = {}
        self._closing = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="event-scheduler", daemon=True).start()

    def close(self) -> None:
        self._closing.set()

    def _run(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            self.look(self._clock.read(), list(_scheduled_rules()))

    def look(self, now: float, rules: list[Rule]) -> None:
        """Fire which of `rules` are due, and forget what is not among them."""
        known = {(rule.arn, rule.schedule_expression): rule for rule in rules}
        self._due = {key: due for key, due in self._due.items() if key in known}
        for key, rule in known.items():
            try:
                self._look_at(key, rule, now)
            except Exception:  # one odd rule must not end the schedules of all
                LOG.exception("scheduled rule %s", rule.arn)

    def _look_at(self, key: tuple[str, str], rule: Rule, now: float) -> None:
        following = timing_of(rule.schedule_expression)
        due = self._due.setdefault(key, following(now))
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
