"""Metrics that are exported, and what Dynatrace calls them. Standard library only: `infra` imports this.

Counts end in `.count`: Metrics Classic would add it, Grail would not, and so the key is the same in both
(https://docs.dynatrace.com/docs/observe-and-explore/metrics/troubleshooting, "Renaming count metrics").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

PREFIX = "ingestionlab"


class Kind(StrEnum):
    """How the values of a period are sent."""

    GAUGE = "gauge"  # the highest one
    COUNT = "count"  # their sum, as the difference to what was sent before
    SUMMARY = "summary"  # least, highest, sum and number, of which Dynatrace makes averages of any span


STATISTICS: Mapping[Kind, tuple[str, ...]] = {
    Kind.GAUGE: ("Maximum",),
    Kind.COUNT: ("Sum",),
    Kind.SUMMARY: ("Minimum", "Maximum", "Sum", "SampleCount"),
}
"""CloudWatch's names of what each kind is made of."""


@dataclass(frozen=True)
class ExportedMetric:
    """A CloudWatch metric and its key at Dynatrace."""

    key: str
    name: str
    kind: Kind


@dataclass(frozen=True)
class Family:
    """The metrics that each resource of one kind has: CloudWatch's dimension names the resource, and
    `label` is the dimension under which Dynatrace knows it by the lab's name for it."""

    namespace: str
    dimension: str
    label: str
    metrics: tuple[ExportedMetric, ...]


def _metrics(family: str, *each: tuple[str, str, Kind]) -> tuple[ExportedMetric, ...]:
    return tuple(
        ExportedMetric(f"{PREFIX}.{family}.{key}" + (".count" if kind is Kind.COUNT else ""), name, kind)
        for key, name, kind in each
    )


FAMILIES: Mapping[str, Family] = {
    "queues": Family(
        "AWS/SQS",
        "QueueName",
        "queue",
        _metrics(
            "queue",
            ("visible", "ApproximateNumberOfMessagesVisible", Kind.GAUGE),
            ("in_flight", "ApproximateNumberOfMessagesNotVisible", Kind.GAUGE),
            ("oldest_seconds", "ApproximateAgeOfOldestMessage", Kind.GAUGE),
        ),
    ),
    "functions": Family(
        "AWS/Lambda",
        "FunctionName",
        "function",
        _metrics(
            "function",
            ("invocations", "Invocations", Kind.COUNT),
            ("errors", "Errors", Kind.COUNT),
            ("throttles", "Throttles", Kind.COUNT),
            ("duration_milliseconds", "Duration", Kind.SUMMARY),
            ("concurrency", "ConcurrentExecutions", Kind.GAUGE),
        ),
    ),
    "apis": Family(
        "AWS/ApiGateway",
        "ApiId",
        "api",
        _metrics(
            "api",
            ("requests", "Count", Kind.COUNT),
            ("client_errors", "4xx", Kind.COUNT),
            ("server_errors", "5xx", Kind.COUNT),
            ("latency_milliseconds", "Latency", Kind.SUMMARY),
        ),
    ),
    "state_machines": Family(
        "AWS/States",
        "StateMachineArn",
        "state_machine",
        _metrics(
            "state_machine",
            ("started", "ExecutionsStarted", Kind.COUNT),
            ("succeeded", "ExecutionsSucceeded", Kind.COUNT),
            ("failed", "ExecutionsFailed", Kind.COUNT),
        ),
    ),
}


@dataclass(frozen=True)
class LabMetric:
    """A metric of the lab's own namespace, which metric filters count from logs. Where it has a dimension,
    which values that has is known only at run time."""

    namespace: str
    name: str
    kind: Kind = Kind.COUNT
    dimension: str = ""

    @property
    def metric(self) -> ExportedMetric:
        return ExportedMetric(lab_key(self.name, self.kind), self.name, self.kind)

    @property
    def label(self) -> str:
        return snake_case(self.dimension)


def lab_key(name: str, kind: Kind = Kind.COUNT) -> str:
    """`IdempotencyHits` is `ingestionlab.idempotency_hits.count`."""
    return f"{PREFIX}.{snake_case(name)}" + (".count" if kind is Kind.COUNT else "")


def snake_case(name: str) -> str:
    """Dynatrace takes dimension keys in lower case alone, and recommends it for metrics."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
