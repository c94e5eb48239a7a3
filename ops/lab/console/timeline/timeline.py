"""Timeline of one span for all open pages: read once in a while, and kept as the JSON that they draw."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ops.lab.app.target import Target
from ops.lab.console.context import ConsoleContext
from ops.lab.console.looking.anticipated_answer import AnticipatedAnswer
from ops.lab.console.looking.shared_answer import SharedAnswer
from ops.lab.console.timeline.charts import TimelineChart, TimelineCurve, charts
from ops.lab.console.timeline.curve_values import in_words, steps, values_at
from ops.lab.console.timeline.deployments import DeployedStacks, DeploymentHistory
from ops.lab.console.timeline.drill_traces import finished_drills, running_drill
from ops.lab.console.timeline.lanes import AlarmHistory, TimelineLane, lanes
from ops.lab.console.timeline.marks import DrillStretch, TimelineMark, marks, stretches
from ops.lab.console.timeline.metric_history import AWS_LATENESS, LOCAL_LATENESS, MetricHistory, Points
from ops.lab.console.timeline.time_span import SPANS, TimeSpan
from ops.lab.probes.alarm_history import AlarmEvent

_STACKS_SECONDS = 15.0
_ALARMS_SECONDS = 15.0


class Timeline:
    """The console's timelines, one for each span."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context
        self._answers: dict[str, AnticipatedAnswer[str]] = {
            span.name: AnticipatedAnswer(lambda: context.poller.watchers > 0) for span in SPANS
        }
        self._readings: dict[str, SpanReading] = {}

    def picture(self, span: TimeSpan) -> str:
        """The span as JSON. Raises NotUp where there is no target, and botocore's errors."""
        target = self._context.target
        shown = span.on(aws=target.endpoint is None)
        return self._answers[span.name].get(
            lambda: self._read(target, shown), of=target.outputs, pace=shown.refresh
        )

    def begin(self, span: TimeSpan) -> None:
        """Begin to read it for a page, which will ask in a moment, and hear then of what goes wrong."""

        def read() -> None:
            with suppress(Exception):
                self.picture(span)

        latest = self._context.poller.latest
        if latest.seen and not latest.problem:
            threading.Thread(target=read, name="console timeline", daemon=True).start()

    def _read(self, target: Target, span: TimeSpan) -> str:
        reading = self._readings.get(span.name)
        if reading is None or reading.outputs is not target.outputs:
            reading = self._readings[span.name] = SpanReading(target, span)
        return json.dumps(reading.read(self._context, time.time()), separators=(",", ":"))


class SpanReading:
    """What is known of one target over one span, which is read on from where it was read before.

    It holds as long as `outputs` are those of the target: after another deployment, or when the emulator did
    not answer for a while, they are looked up anew, and all is read anew as well.
    """

    def __init__(self, target: Target, span: TimeSpan) -> None:
        self.target = target
        self.outputs = target.outputs
        self._span = span
        self._lateness = AWS_LATENESS if target.endpoint is None else LOCAL_LATENESS
        self._charts = charts(target)
        self._metrics = MetricHistory(span, self._lateness)
        self._alarms = AlarmHistory(span.seconds)
        self._alarms_seen: tuple[float, Mapping[str, str]] = (0.0, {})
        self._changes: list[AlarmEvent] = []
        self._deployments = DeploymentHistory()
        self._deployed: SharedAnswer[list[DeployedStacks]] = SharedAnswer()

    def read(self, context: ConsoleContext, now: float) -> dict[str, Any]:
        """What the page draws. Times are epoch seconds."""
        begin = self._span.begin(now)
        queries = [curve.query(self._span.period) for chart in self._charts for curve in chart.curves]
        known = self._metrics.read(self.target, queries, now)
        times = steps(begin, now, self._span.period)
        drills = [
            *finished_drills(context.reports, self.target, begin),
            *running_drill(context.drills.follow()),
        ]
        return {
            "from": begin,
            "to": now,
            "period": self._span.period,
            "refresh": self._span.refresh,
            "fresh": self._lateness + self._span.period,
            "times": times,
            "charts": [self._chart(chart, times, known, now) for chart in self._charts],
            "lanes": [
                _lane(each) for each in lanes(self._changed(context, now), self._states(context), begin)
            ],
            "marks": [
                _mark(each)
                for each in marks(context.journal.since(begin), self._deployments_since(begin), drills, begin)
            ],
            "stretches": [_stretch(each) for each in stretches(drills, now)],
        }

    def _states(self, context: ConsoleContext) -> Mapping[str, str]:
        """The states that the poller saw last, by DescribeAlarms."""
        return context.poller.latest.alarms

    def _changed(self, context: ConsoleContext, now: float) -> list[AlarmEvent]:
        """The history is read when a state is another, and now and then: one may change there and back."""
        at, seen = self._alarms_seen
        states = self._states(context)
        if now - at >= _ALARMS_SECONDS or seen != states:
            self._changes = self._alarms.read(self.target, now)
            self._alarms_seen = (now, states)
        return self._changes

    def _deployments_since(self, begin: float) -> list[DeployedStacks]:
        return self._deployed.get(
            lambda: self._deployments.read(self.target, begin), of=self, seconds=_STACKS_SECONDS
        )

    def _chart(
        self, chart: TimelineChart, times: Sequence[int], known: Mapping[tuple[str, str], Points], now: float
    ) -> dict[str, Any]:
        series = [
            line for curve in chart.curves for line in self._lines(curve, chart.frame.unit, times, known, now)
        ]
        told = [line["words"] for line in series if line["words"]]
        return {
            "key": chart.frame.key,
            "unit": f"per {_period_in_words(self._span.period)}" if chart.counts else chart.frame.unit,
            "series": series,
            "words": ". ".join(told or ["No data in this span"]) + ".",
        }

    def _lines(
        self,
        curve: TimelineCurve,
        unit: str,
        times: Sequence[int],
        known: Mapping[tuple[str, str], Points],
        now: float,
    ) -> list[dict[str, Any]]:
        """One line; by a dimension as many as there are, and none before there is one."""
        own = sorted((label, points) for (key, label), points in known.items() if key == curve.key)
        if not curve.dimension:
            merged = {at: value for _, points in own for at, value in points.items()}
            own = [(curve.label, merged)]
        complete = now - self._span.period - (self._lateness if self.target.endpoint is None else 1.0)
        found = []
        for label, points in own:
            zero_until = complete if curve.counts and points else None
            values = values_at(times, points, zero_until=zero_until)
            found.append(
                {
                    "key": curve.key if not curve.dimension else f"{curve.key} {label}",
                    "label": label,
                    "counts": curve.counts,
                    "values": values,
                    "words": in_words(label, times, values, counts=curve.counts, unit=unit),
                }
            )
        return found


def _period_in_words(seconds: int) -> str:
    if seconds < 60:
        return "second" if seconds == 1 else f"{seconds} s"
    return "minute" if seconds == 60 else f"{seconds // 60} min"


def _lane(lane: TimelineLane) -> dict[str, Any]:
    return {"alarm": lane.alarm, "states": lane.states, "now": lane.now, "noteworthy": lane.noteworthy}


def _mark(mark: TimelineMark) -> dict[str, Any]:
    return {
        "at": mark.at,
        "kind": mark.kind,
        "title": mark.title,
        "detail": mark.detail,
        "failed": mark.failed,
    }


def _stretch(stretch: DrillStretch) -> dict[str, Any]:
    return {"kind": stretch.kind, "title": stretch.title, "from": stretch.begins, "to": stretch.ends}
