"""History of metrics over a span: read once, and then only what is new or may still change."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ops.lab.app.target import Target
from ops.lab.console.timeline.time_span import TimeSpan
from ops.lab.probes.metric_series import read_series

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

# How late a value may come. Those of Lambda and SQS reach CloudWatch within a few minutes; in the emulator
# they are there within seconds.
AWS_LATENESS = 300.0
LOCAL_LATENESS = 15.0

Points = Mapping[float, float]


class MetricHistory:
    """Points of each series by query id and label, as far back as the span. Not for two threads at once."""

    def __init__(self, span: TimeSpan, lateness: float) -> None:
        self._span = span
        self._lateness = lateness
        self._points: dict[tuple[str, str], dict[float, float]] = {}
        self._read_until: float | None = None

    def read(
        self, target: Target, queries: Sequence["MetricDataQueryTypeDef"], now: float
    ) -> dict[tuple[str, str], Points]:
        """One call of GetMetricData for all queries; `now` is in epoch seconds."""
        begin, period = self._span.begin(now), self._span.period
        start = begin
        if self._read_until is not None:
            start = max(begin, (self._read_until - self._lateness) // period * period)
        for series in read_series(target, queries, start, now + period):
            self._points.setdefault((series.id, series.label), {}).update(series.points)
        self._read_until = now
        self._forget_before(begin)
        return dict(self._points)

    def _forget_before(self, begin: float) -> None:
        for key, points in list(self._points.items()):
            if kept := {at: value for at, value in points.items() if at >= begin}:
                self._points[key] = kept
            else:
                del self._points[key]
