"""Export of metrics: what is new in CloudWatch goes to Dynatrace, and the watermark follows.

A count must reach Dynatrace once, since it adds up what it gets. So the export reads complete periods, again
those of the last minutes, which CloudWatch may have completed since, and sends of a count only what exceeds
what was accepted before (`ExportProgress`). What remains is a crash between Dynatrace's answer and the write
of the ledger: then one run's points are sent again. A lost point would be the alternative.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.common.clock import Clock
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.integrations.dynatrace_exporter import metric_line
from functions.integrations.dynatrace_exporter.dynatrace_api import Dynatrace, NotAccepted, requests
from functions.integrations.dynatrace_exporter.export_ledger import ExportLedger, ExportProgress
from functions.integrations.dynatrace_exporter.metric_points import PERIOD_SECONDS, Point, points
from functions.integrations.dynatrace_exporter.metric_series import MetricSeries
from functions.integrations.dynatrace_exporter.metrics import Kind
from functions.integrations.http_post import NotSent

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

# CloudWatch's own services write a minute within about three of its end.
OVERLAP_SECONDS = 5 * PERIOD_SECONDS
# Dynatrace takes timestamps from 1 hour ago to 10 minutes ahead (metric ingestion protocol, "timestamp"); the
# minute less is for the way there.
MAX_AGE_SECONDS = 3_600 - 60
# After a longer outage what lies before is not even counted.
HORIZON_SECONDS = 86_400

Unsent = tuple[Point, float]
"""A point, and the value or part of it that Dynatrace lacks."""


@dataclass
class ExportReport:
    """Of one export: the fields that it logs, and metric filters count. `lag_seconds` is how much time the
    export covered: a minute or less, but after an outage."""

    lines_accepted: int = 0
    lines_invalid: int = 0
    points_dropped: int = 0
    lag_seconds: int = 0


@dataclass(frozen=True)
class Export:
    """Its parts, wired once an invocation."""

    cloudwatch: "CloudWatchClient"
    all_series: Callable[[], Sequence[MetricSeries]]
    ledger: ExportLedger
    dynatrace: Dynatrace
    clock: Clock
    lease_seconds: int

    def run(self) -> ExportReport | None:
        """None while another export runs. Raises NotAccepted, NotSent and the SDK's errors: what was accepted
        until then is kept, and the watermark stays."""
        now = self.clock()
        end = int(now) // PERIOD_SECONDS * PERIOD_SECONDS
        progress = self.ledger.begin(now, self.lease_seconds, first_watermark=end)
        if progress is None:
            return None
        report = ExportReport()
        try:
            # A first export begins with what a later one would read again.
            start = max(progress.watermark - OVERLAP_SECONDS, end - HORIZON_SECONDS)
            read = points(self.cloudwatch, self.all_series(), start, end)
            fresh = self._drop_old(list(progress.unsent(read)), now, progress, report)
            self._send(fresh, progress, report)
            report.lag_seconds = end - progress.watermark
            progress.watermark = end
        finally:
            progress.forget_before(progress.watermark - OVERLAP_SECONDS)
            self.ledger.commit(progress)
        return report

    def _drop_old(
        self, unsent: Sequence[Unsent], now: float, progress: ExportProgress, report: ExportReport
    ) -> list[Unsent]:
        """After a long outage Dynatrace would refuse the older points: they are counted, and given up."""
        old = [point for point, _ in unsent if point.time < now - MAX_AGE_SECONDS]
        if old:
            report.points_dropped = len(old)
            progress.settle(old)
            get_logger().error("points dropped", points=len(old), oldest=min(point.time for point in old))
        return [each for each in unsent if each[0].time >= now - MAX_AGE_SECONDS]

    def _send(self, unsent: Sequence[Unsent], progress: ExportProgress, report: ExportReport) -> None:
        lines = [(_line(point, value), point) for point, value in unsent]
        for request in requests(lines):
            try:
                invalid = self.dynatrace.send([text for text, _ in request])
            except (NotAccepted, NotSent) as error:
                get_logger().error("metrics not accepted", errorType=error_type(error), reason=str(error))
                raise
            for each in invalid:
                text = request[each.number - 1][0] if 1 <= each.number <= len(request) else None
                get_logger().error("invalid line", line=text, reason=each.reason)
            progress.settle(point for _, point in request)
            report.lines_invalid += len(invalid)
            report.lines_accepted += len(request) - len(invalid)


def _line(point: Point, value: float) -> str:
    series, values = point.series, point.values
    if series.kind is Kind.COUNT:
        return metric_line.count(series.prefix, value, point.time)
    if series.kind is Kind.GAUGE:
        return metric_line.gauge(series.prefix, value, point.time)
    return metric_line.summary(
        series.prefix,
        least=values["Minimum"],
        most=values["Maximum"],
        total=values["Sum"],
        count=values["SampleCount"],
        epoch_seconds=point.time,
    )
