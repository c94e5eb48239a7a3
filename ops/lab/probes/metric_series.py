"""Probe of metric series: what GetMetricData answers, each value with its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

# "A single GetMetricData call can include up to 500 MetricDataQuery structures" (API reference).
MOST_QUERIES = 500


@dataclass(frozen=True)
class DatedSeries:
    """One line of an answer: a SEARCH has several of the same id, told apart by their labels.

    `points` are values by the beginning of their period, in epoch seconds. `problem` is what CloudWatch says
    where it could not read the metric; else empty.
    """

    id: str
    label: str
    points: Mapping[float, float]
    problem: str = ""


def read_series(
    target: Target, queries: Sequence["MetricDataQueryTypeDef"], start: float, end: float
) -> list[DatedSeries]:
    """The series of all queries from `start` to `end` (epoch seconds), in one call for each page of it.

    Raises botocore's ClientError where CloudWatch refuses a query: then none is answered.
    """
    pages = target.cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=list(queries),
        StartTime=datetime.fromtimestamp(start, UTC),
        EndTime=datetime.fromtimestamp(end, UTC),
        ScanBy="TimestampAscending",
    )
    points: dict[tuple[str, str], dict[float, float]] = {}
    problems: dict[tuple[str, str], str] = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            key = (result["Id"], result.get("Label", ""))
            pairs = zip(result["Timestamps"], result["Values"], strict=True)
            points.setdefault(key, {}).update({at.timestamp(): value for at, value in pairs})
            if result.get("StatusCode") in ("InternalError", "Forbidden"):
                told = [each.get("Value", "") for each in result.get("Messages", [])]
                problems[key] = ". ".join(filter(None, told)) or str(result["StatusCode"])
    return [DatedSeries(*key, known, problems.get(key, "")) for key, known in points.items()]
