"""Probes of metrics: what CloudWatch counted."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDataQueryTypeDef

# AWS keeps service metrics by the minute. LocalStack keeps each value with its time, so that what was counted
# since a drill began can be told from what came before it in the same minute.
_AWS_PERIOD_SECONDS = 60
_LOCAL_PERIOD_SECONDS = 1
# How old a value may be and still be what is now.
_AWS_RECENT = 180.0
_LOCAL_RECENT = 4.0
# Over how many seconds a rate is taken; on AWS its values are late as well.
_AWS_RATE = 180.0
_LOCAL_RATE = 10.0
# SQS developer guide, "Available CloudWatch metrics for Amazon SQS", ApproximateAgeOfOldestMessage.
AGE_RULE = (
    "CloudWatch leaves out of the age each message that was received three times or more and not deleted."
)


@dataclass(frozen=True)
class MetricQuery:
    """A metric and the statistic that is asked for."""

    namespace: str
    name: str
    statistic: str = "Sum"
    dimensions: Mapping[str, str] = field(default_factory=dict)


def rate_window(target: Target, local: float = _LOCAL_RATE) -> float:
    """Over how many seconds a rate is taken; `local` is for the emulator, which has each second."""
    return _AWS_RATE if target.endpoint is None else local


def of_lab(target: Target, name: str, **dimensions: str) -> MetricQuery:
    """One of the lab's own metrics, which are counted from the logs."""
    return MetricQuery(f"IngestionLab/{target.env_name}", name, dimensions=dimensions)


def all_of_lab(target: Target, name: str) -> list[MetricQuery]:
    """One of the lab's own metrics with every set of dimensions that it came with, as errors by type."""
    namespace = f"IngestionLab/{target.env_name}"
    pages = target.cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace, MetricName=name)
    found = [metric.get("Dimensions", []) for page in pages for metric in page["Metrics"]]
    return [
        MetricQuery(namespace, name, dimensions={each["Name"]: each["Value"] for each in dimensions})
        for dimensions in found
    ]


def of_function(target: Target, function: FunctionName, name: str, statistic: str = "Sum") -> MetricQuery:
    """Of a function: Invocations, Errors, Throttles, …"""
    return MetricQuery(
        "AWS/Lambda", name, statistic, dimensions={"FunctionName": target.output(function.output)}
    )


def of_queue(url: str, name: str, statistic: str = "Sum") -> MetricQuery:
    """Of the queue at `url`: NumberOfMessagesSent, ApproximateNumberOfMessagesVisible, …"""
    return MetricQuery("AWS/SQS", name, statistic, dimensions={"QueueName": url.rpartition("/")[2]})


def oldest_message_age(target: Target, url: str) -> MetricQuery:
    """The age of the oldest message of the queue at `url`, in seconds."""
    return of_queue(url, "ApproximateAgeOfOldestMessage", "Maximum")


def total(target: Target, metric: MetricQuery, since: float) -> float:
    """The sum of the metric's values since then (epoch seconds; on AWS since the full minute before)."""
    return sum(values(target, [metric], since)[0])


def latest(target: Target, metric: MetricQuery, since: float = 0.0) -> float | None:
    """The metric's value now; None where it has had none lately, or none since then (epoch seconds)."""
    age = _AWS_RECENT if target.endpoint is None else _LOCAL_RECENT
    [recent] = values(target, [metric], max(since, time.time() - age))
    return recent[-1] if recent else None


def most(target: Target, metric: MetricQuery, since: float) -> float:
    """The greatest of the metric's values since then; 0 where there is none yet."""
    return max(values(target, [metric], since)[0], default=0.0)


def values(target: Target, metrics: Sequence[MetricQuery], since: float) -> list[list[float]]:
    """Each metric's values by period since then, the oldest first, all in one call."""
    return _read(target, metrics, since, _LOCAL_PERIOD_SECONDS if target.endpoint else _AWS_PERIOD_SECONDS)


def by_minute(target: Target, metrics: Sequence[MetricQuery], since: float) -> list[list[float]]:
    """Each metric's values by the minute since the full minute before then, the oldest first."""
    return _read(target, metrics, since, _AWS_PERIOD_SECONDS)


def _read(target: Target, metrics: Sequence[MetricQuery], since: float, period: int) -> list[list[float]]:
    start = datetime.fromtimestamp(math.floor(since / period) * period, UTC)
    pages = target.cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[data_query(f"m{at}", metric, period) for at, metric in enumerate(metrics)],
        StartTime=start,
        EndTime=datetime.now(UTC) + timedelta(seconds=period),
        ScanBy="TimestampAscending",
    )
    found: dict[str, list[float]] = {f"m{at}": [] for at in range(len(metrics))}
    for page in pages:
        for result in page["MetricDataResults"]:
            # CloudWatch rounds the start down to the minute (API reference, GetMetricData): leave out what
            # was there before.
            found[result["Id"]] += [
                value for at, value in zip(result["Timestamps"], result["Values"], strict=True) if at >= start
            ]
    return list(found.values())


def data_query(id_: str, metric: MetricQuery, period: int) -> "MetricDataQueryTypeDef":
    """The metric as GetMetricData asks for it, by periods of so many seconds."""
    dimensions: list[DimensionTypeDef] = [
        {"Name": name, "Value": value} for name, value in metric.dimensions.items()
    ]
    return {
        "Id": id_,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": dimensions,
            },
            "Period": period,
            "Stat": metric.statistic,
        },
    }
