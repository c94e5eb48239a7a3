"""Reading of a dashboard: the metrics of its widgets over one span, in as few requests as there can be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from ops.lab.app.target import Target
from ops.lab.console.dashboard.alarm_widget import KnownAlarms
from ops.lab.console.dashboard.body import DeployedDashboard
from ops.lab.console.dashboard.metric_queries import asks_alone, period_of, queries_of, query_id
from ops.lab.console.dashboard.metric_widget import MetricWidget
from ops.lab.console.timeline.curve_values import in_words, steps, values_at
from ops.lab.console.timeline.metric_history import AWS_LATENESS, LOCAL_LATENESS, MetricHistory, Points
from ops.lab.console.timeline.time_span import TimeSpan
from ops.lab.probes.metric_series import MOST_QUERIES

# How CloudWatch refuses a query, in its several protocols.
_REFUSALS = ("ValidationError", "ValidationException", "InvalidParameter")


class WidgetBatch:
    """Metric widgets that are asked for in one request, and what came of them so far."""

    def __init__(
        self, widgets: Sequence[MetricWidget], span: TimeSpan, shortest: int, lateness: float
    ) -> None:
        self.widgets = widgets
        self._shortest = shortest
        periods = [period_of(line, shortest) for widget in widgets for line in widget.lines]
        # The start must be a whole period of every line, or the emulator's periods would move with it.
        self._history = MetricHistory(replace(span, period=max(periods, default=shortest)), lateness)

    def read(self, target: Target, now: float) -> dict[tuple[str, str], Points]:
        """Series by query id and label. Raises ClientError where a query is refused."""
        queries = [query for widget in self.widgets for query in queries_of(widget, self._shortest)]
        return self._history.read(target, queries, now) if queries else {}


class DashboardReading:
    """One dashboard over one span on one target. Not for two threads at once.

    It holds as long as the target's `outputs` and the `version` of the body do.
    """

    def __init__(
        self, target: Target, board: DeployedDashboard, widgets: Sequence[MetricWidget], span: TimeSpan
    ) -> None:
        self.outputs = target.outputs
        self.version = board.version
        self._target = target
        self._span = span
        self._shortest = 1 if board.body.inherits else span.period
        self._lateness = AWS_LATENESS if target.endpoint is None else LOCAL_LATENESS
        self._widgets = {widget.key: widget for widget in widgets}
        self._problems = {widget.key: widget.problem for widget in widgets if widget.problem}
        self._batches = self._batched([widget for widget in widgets if not widget.problem])

    def read(self, now: float, alarms: KnownAlarms) -> dict[str, Any]:
        """What dashboard.js draws. Times are epoch seconds."""
        known: dict[tuple[str, str], Points] = {}
        for batch in list(self._batches):
            known |= self._read(batch, now)
        return {
            "from": self._span.begin(now),
            "to": now,
            "refresh": max(self._span.refresh, 5.0),
            "charts": [self._chart(widget, known, now) for widget in self._widgets.values()],
        }

    def _batched(self, widgets: Sequence[MetricWidget]) -> list[WidgetBatch]:
        alone = [widget for widget in widgets if asks_alone(widget)]
        groups: list[list[MetricWidget]] = [[]]
        for widget in widgets:
            if widget in alone:
                continue
            if sum(len(each.lines) for each in (*groups[-1], widget)) > MOST_QUERIES:
                groups.append([])
            groups[-1].append(widget)
        return [self._batch(group) for group in (*groups, *([each] for each in alone)) if group]

    def _batch(self, widgets: Sequence[MetricWidget]) -> WidgetBatch:
        return WidgetBatch(widgets, self._span, self._shortest, self._lateness)

    def _read(self, batch: WidgetBatch, now: float) -> dict[tuple[str, str], Points]:
        """A query that is refused takes its whole request along: then each widget asks for itself."""
        try:
            return batch.read(self._target, now)
        except ClientError as error:
            if not error.response["Error"]["Code"].startswith(_REFUSALS):
                raise
            self._batches.remove(batch)
            if len(batch.widgets) == 1:
                self._problems[batch.widgets[0].key] = error.response["Error"]["Message"]
                return {}
        parts = [self._batch([widget]) for widget in batch.widgets]
        self._batches += parts
        return {key: points for part in parts for key, points in self._read(part, now).items()}

    def _chart(
        self, widget: MetricWidget, known: Mapping[tuple[str, str], Points], now: float
    ) -> dict[str, Any]:
        periods = [period_of(line, self._shortest) for line in widget.lines] or [self._span.period]
        finest = min(periods)
        times = steps(self._span.begin(now) // max(periods) * max(periods), now, finest)
        series: list[dict[str, Any]] = []
        for line in widget.lines:
            own = sorted(
                (label, points) for (id_, label), points in known.items() if id_ == query_id(widget, line)
            )
            if not own and line.visible and not line.expression:
                own = [(line.label or line.name, {})]
            for label, points in own if line.visible else ():
                values = values_at(times, points, zero_until=None)
                shown = label or line.label or line.name or line.expression
                series.append(
                    {
                        "label": shown,
                        "axis": line.axis,
                        "counts": line.stat in ("Sum", "SampleCount") and not line.expression,
                        "joined": period_of(line, self._shortest) > finest,
                        "values": values,
                        "words": in_words(shown, times, values, counts=False),
                    }
                )
        problem = self._problems.get(widget.key, "")
        told = [line["words"] for line in series if line["words"]]
        return {
            "key": widget.key,
            "view": widget.view,
            "times": times,
            "series": series,
            "limits": widget.limits or {},
            "levels": [
                {"value": level.value, "label": level.label, "axis": level.axis} for level in widget.levels
            ],
            "problem": problem,
            "empty": f"Not shown: {problem}" if problem else "No data in this span",
            "words": f"Not shown: {problem}"
            if problem
            else ". ".join(told or ["No data in this span"]) + ".",
        }
