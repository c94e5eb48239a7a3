"""Series to export: which metric of which resource."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.integrations.dynatrace_exporter.metric_line import prefix
from functions.integrations.dynatrace_exporter.metrics import FAMILIES, STATISTICS, Kind, LabMetric
from functions.integrations.dynatrace_exporter.resources import Resources

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient


@dataclass(frozen=True)
class MetricSeries:
    """`prefix` is how its lines begin; `dimensions` are CloudWatch's, as (name, value)."""

    prefix: str
    kind: Kind
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def statistics(self) -> tuple[str, ...]:
        return STATISTICS[self.kind]

    def metric(self) -> Any:
        """As GetMetricData takes it."""
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions]
        return {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions}


def all_series(
    cloudwatch: "CloudWatchClient", resources: Iterable[Resources], env_name: str
) -> list[MetricSeries]:
    """Raises the SDK's errors."""
    found: list[MetricSeries] = []
    for each in resources:
        common = {"env": env_name, "pipeline": each.pipeline}
        found += _of_resources(each, common)
        for metric in each.lab:
            found += _of_lab_metric(cloudwatch, metric, common)
    return found


def _of_resources(resources: Resources, common: dict[str, str]) -> Iterator[MetricSeries]:
    for name, family in FAMILIES.items():
        for label, resource in getattr(resources, name).items():
            for metric in family.metrics:
                yield MetricSeries(
                    prefix(metric.key, common | {family.label: label}),
                    metric.kind,
                    family.namespace,
                    metric.name,
                    ((family.dimension, resource),),
                )


def _of_lab_metric(
    cloudwatch: "CloudWatchClient", lab: LabMetric, common: dict[str, str]
) -> Iterator[MetricSeries]:
    """One for each value that the dimension had in the last three hours (ListMetrics, RecentlyActive)."""
    metric = lab.metric
    values = _values(cloudwatch, lab) if lab.dimension else [None]
    for value in values:
        dimensions = ((lab.dimension, value),) if value is not None else ()
        labels = {lab.label: value} if value is not None else {}
        yield MetricSeries(
            prefix(metric.key, common | labels), metric.kind, lab.namespace, lab.name, dimensions
        )


def _values(cloudwatch: "CloudWatchClient", lab: LabMetric) -> list[str]:
    request: Any = {
        "Namespace": lab.namespace,
        "MetricName": lab.name,
        "Dimensions": [{"Name": lab.dimension}],
        "RecentlyActive": "PT3H",
    }
    values: set[str] = set()
    while True:
        page = cloudwatch.list_metrics(**request)
        for metric in page["Metrics"]:
            if len(metric["Dimensions"]) == 1:
                values.add(metric["Dimensions"][0]["Value"])
        if not page.get("NextToken"):
            return sorted(values)
        request["NextToken"] = page["NextToken"]
