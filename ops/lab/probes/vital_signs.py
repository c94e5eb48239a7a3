"""Vital signs: the numbers of the dashboard that an incident turns on, over a span of time."""

from collections.abc import Mapping
from dataclasses import dataclass

from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.probes.metrics import MetricQuery, by_minute, of_lab, of_queue, oldest_message_age


@dataclass(frozen=True)
class VitalSign:
    """A metric over the span: its total for a Sum, else the value of its worst minute; None without data. An
    age without data is that of an empty queue, or of messages that `metrics.AGE_RULE` leaves out."""

    of: str
    metric: MetricQuery
    unit: str
    value: float | None

    @property
    def name(self) -> str:
        return self.metric.name

    @property
    def kind(self) -> str:
        return "total" if self.metric.statistic == "Sum" else f"worst minute, {self.metric.statistic}"


def vital_signs(target: Target, since: float) -> list[VitalSign]:
    """Of the API, the functions, the queues and the lab's own counts, since then (epoch seconds)."""
    asked = [*_of_api(target), *_of_functions(target), *_of_queues(target), *_of_lab(target)]
    series = by_minute(target, [metric for _, metric, _ in asked], since)
    return [
        VitalSign(of, metric, unit, _over(metric, values))
        for (of, metric, unit), values in zip(asked, series, strict=True)
    ]


def _over(metric: MetricQuery, values: list[float]) -> float | None:
    if metric.statistic == "Sum":
        return sum(values)
    return max(values, default=None)


Asked = list[tuple[str, MetricQuery, str]]


def api_dimensions(target: Target) -> dict[str, str]:
    """The dimensions of the HTTP API's metrics. No output has its id; the alarm on it has."""
    name = target.output("Api5xxAlarmName")
    [alarm] = target.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return {each["Name"]: each["Value"] for each in alarm["Dimensions"]}


def _of_api(target: Target) -> Asked:
    dimensions = api_dimensions(target)
    counts = [("API", _metric("AWS/ApiGateway", name, dimensions), "") for name in ("Count", "4xx", "5xx")]
    return [*counts, ("API", _metric("AWS/ApiGateway", "Latency", dimensions, "p95"), "ms")]


def _of_functions(target: Target) -> Asked:
    asked: Asked = []
    for function in (FunctionName.INGEST, FunctionName.WORKER):
        dimensions = {"FunctionName": target.output(function.output)}
        for name in ("Invocations", "Errors", "Throttles"):
            asked.append((function.value, _metric("AWS/Lambda", name, dimensions), ""))
        asked.append((function.value, _metric("AWS/Lambda", "Duration", dimensions, "p95"), "ms"))
        asked.append(
            (function.value, _metric("AWS/Lambda", "ConcurrentExecutions", dimensions, "Maximum"), "")
        )
    return asked


def _of_queues(target: Target) -> Asked:
    asked: Asked = []
    for of, output in (("queue", "QueueUrl"), ("DLQ", "DlqUrl")):
        url = target.output(output)
        asked.append((of, of_queue(url, "ApproximateNumberOfMessagesVisible", "Maximum"), ""))
        asked.append((of, oldest_message_age(target, url), "s"))
    return asked


def _of_lab(target: Target) -> Asked:
    return [("lab", of_lab(target, name), "") for name in ("Processed", "IdempotencyHits")]


def _metric(namespace: str, name: str, dimensions: Mapping[str, str], statistic: str = "Sum") -> MetricQuery:
    return MetricQuery(namespace, name, statistic, dimensions)
