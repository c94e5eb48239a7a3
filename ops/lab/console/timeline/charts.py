"""Charts of the timeline: which metrics of the ingestion pipeline each one shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.probes import metrics
from ops.lab.probes.metrics import AGE_RULE, MetricQuery
from ops.lab.probes.vital_signs import api_dimensions

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef


@dataclass(frozen=True)
class TimelineCurve:
    """One line. `counts` says that it is a number of things a period: where CloudWatch has none, it is 0.

    A `dimension` makes it one line for each value of that dimension: which ones is known only at run time.
    """

    key: str
    label: str
    metric: MetricQuery
    counts: bool = False
    dimension: str = ""

    def query(self, period: int) -> "MetricDataQueryTypeDef":
        """As GetMetricData asks for it."""
        if not self.dimension:
            return metrics.data_query(self.key, self.metric, period)
        search = f'{{{self.metric.namespace},{self.dimension}}} MetricName="{self.metric.name}"'
        return {
            "Id": self.key,
            "Expression": f"SEARCH('{search}', '{self.metric.statistic}', {period})",
            "Period": period,
        }


@dataclass(frozen=True)
class ChartFrame:
    """What a page knows of a chart before anything is read. `note` says how to read it."""

    key: str
    title: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class TimelineChart:
    """A chart with its curves."""

    frame: ChartFrame
    curves: Sequence[TimelineCurve]

    @property
    def counts(self) -> bool:
        return any(curve.counts for curve in self.curves)


# In the order in which the page shows them.
CHARTS = (
    ChartFrame("queue", "Queue", "messages"),
    ChartFrame("dead", "Dead letters and parked", "messages"),
    ChartFrame("age", "Age of the oldest message", "s", AGE_RULE),
    ChartFrame("flow", "Requests and processed"),
    ChartFrame(
        "failed", "Failed attempts by error type", note="A record that is retried counts at each attempt."
    ),
    ChartFrame("throttled", "Throttled, and batches failed"),
    ChartFrame("latency", "API latency", "ms"),
)


def charts(target: Target) -> list[TimelineChart]:
    """The charts with the names of the target's own resources. Raises NotUp where an output is missing."""
    api = api_dimensions(target)
    curves = {
        "queue": _depths(target),
        "dead": _dead_ends(target),
        "age": _ages(target),
        "flow": [
            TimelineCurve("requests", "requests", _of_api(api, "Count"), counts=True),
            TimelineCurve("processed", "processed", metrics.of_lab(target, "Processed"), counts=True),
            TimelineCurve(
                "duplicates", "duplicates skipped", metrics.of_lab(target, "IdempotencyHits"), counts=True
            ),
        ],
        "failed": [
            TimelineCurve("errors", "failed", metrics.of_lab(target, "Errors"), True, dimension="ErrorType")
        ],
        "throttled": _of_functions(target),
        "latency": [TimelineCurve(each, each, _of_api(api, "Latency", each)) for each in ("p50", "p95")],
    }
    return [TimelineChart(frame, curves[frame.key]) for frame in CHARTS]


def _of_api(dimensions: dict[str, str], name: str, statistic: str = "Sum") -> MetricQuery:
    return MetricQuery("AWS/ApiGateway", name, statistic, dimensions)


def _depths(target: Target) -> list[TimelineCurve]:
    return [
        _depth(target, "QueueUrl", "waiting", "waiting", "Visible"),
        _depth(target, "QueueUrl", "in_flight", "in flight", "NotVisible"),
        _depth(target, "QueueUrl", "delayed", "delayed", "Delayed"),
    ]


def _dead_ends(target: Target) -> list[TimelineCurve]:
    return [
        _depth(target, "DlqUrl", "dlq", "DLQ", "Visible"),
        _depth(target, "DlqUrl", "dlq_in_flight", "DLQ, being moved", "NotVisible"),
        _depth(target, "ParkedUrl", "parked", "parked", "Visible"),
    ]


def _depth(target: Target, output: str, key: str, label: str, which: str) -> TimelineCurve:
    name = f"ApproximateNumberOfMessages{which}"
    return TimelineCurve(key, label, metrics.of_queue(target.output(output), name, "Maximum"))


def _ages(target: Target) -> list[TimelineCurve]:
    queues = {"queue": "QueueUrl", "dlq": "DlqUrl"}
    return [
        TimelineCurve(
            f"{name}_age",
            "DLQ" if name == "dlq" else name,
            metrics.oldest_message_age(target, target.output(output)),
        )
        for name, output in queues.items()
    ]


def _of_functions(target: Target) -> list[TimelineCurve]:
    def curve(key: str, label: str, function: FunctionName, name: str) -> TimelineCurve:
        return TimelineCurve(key, label, metrics.of_function(target, function, name), True)

    return [
        curve("worker_throttles", "worker throttled", FunctionName.WORKER, "Throttles"),
        curve("ingest_throttles", "ingest throttled", FunctionName.INGEST, "Throttles"),
        curve("worker_errors", "worker's failed batches", FunctionName.WORKER, "Errors"),
    ]
