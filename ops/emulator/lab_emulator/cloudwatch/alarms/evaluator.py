"""Evaluator of metric alarms: a thread that evaluates each when it is due."""

import json
import logging
import threading
import time
from dataclasses import dataclass

from localstack.services.cloudwatch.models import LocalStackMetricAlarm

from lab_emulator import speed
from lab_emulator.cloudwatch.alarms.alarm_book import AlarmBook
from lab_emulator.cloudwatch.alarms.metric_alarm_definition import Definition
from lab_emulator.cloudwatch.alarms.metric_alarm_evaluation import evaluate, latest_end, step_seconds
from lab_emulator.cloudwatch.metric_stores import metric_store

LOG = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.0
# Windows that ended during a pause are made up for, so that no breach is overlooked; this many at most.
MAX_MISSED = 20


@dataclass(frozen=True)
class _Evaluated:
    """Progress of an alarm's evaluation: until when it was evaluated, and as it was configured then."""

    alarm: LocalStackMetricAlarm
    step_seconds: float
    until: float


class AlarmEvaluator:
    """Thread that looks every second which windows have ended, and evaluates the alarms of those alone."""

    def __init__(self, book: AlarmBook) -> None:
        self._book = book
        self._stopping = threading.Event()
        self._evaluated: dict[str, _Evaluated] = {}
        self._thread = threading.Thread(target=self._run, name="cloudwatch-alarms", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.wait(INTERVAL_SECONDS):
            alarms = [alarm for alarm in self._book.all_alarms() if isinstance(alarm, LocalStackMetricAlarm)]
            for alarm in alarms:
                self._evaluate_due(alarm)
            living = {alarm.alarm["AlarmArn"] for alarm in alarms}
            self._evaluated = {arn: last for arn, last in self._evaluated.items() if arn in living}

    def _evaluate_due(self, alarm: LocalStackMetricAlarm) -> None:
        try:
            definition = Definition.of(alarm.alarm)
            for end in self._due(alarm, definition):
                self._evaluate(alarm, definition, end)
        except Exception:  # one alarm that fails must not cost the others
            LOG.exception("alarm %s was not evaluated", alarm.alarm["AlarmArn"])

    def _due(self, alarm: LocalStackMetricAlarm, definition: Definition) -> list[float]:
        """The ends of the windows to evaluate now.

        An alarm that was just put starts with the latest, or, where SetAlarmState has set it since, with the
        next: what was set stays until an evaluation is due, as on AWS.
        """
        step = step_seconds(definition.period_seconds, definition.periods, speed.current())
        end = latest_end(time.time(), step)
        arn = alarm.alarm["AlarmArn"]
        last = self._evaluated.get(arn)
        self._evaluated[arn] = _Evaluated(alarm, step, end)
        if last is None or last.alarm is not alarm:
            return [] if _was_set(alarm) else [end]
        if last.step_seconds != step:
            return [end]
        missed = min(round((end - last.until) / step), MAX_MISSED)
        return [end - step * back for back in reversed(range(missed))]

    def _evaluate(self, alarm: LocalStackMetricAlarm, definition: Definition, end: float) -> None:
        found = evaluate(
            definition,
            metric_store(alarm.account_id, alarm.region),
            old=alarm.alarm["StateValue"],
            end=end,
            speed=speed.current(),
            now=time.time(),
        )
        if found is not None:
            self._book.move(alarm, found.state, found.reason, json.dumps(found.reason_data))


def _was_set(alarm: LocalStackMetricAlarm) -> bool:
    """Whether its state is newer than its configuration, though it was not evaluated yet."""
    state = alarm.alarm
    return bool(state["StateUpdatedTimestamp"] > state["AlarmConfigurationUpdatedTimestamp"])
