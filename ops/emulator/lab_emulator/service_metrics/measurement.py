"""The one call by which a service reports what it measured just now."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from lab_emulator.service_metrics.data_point import DataPoint, Series
from lab_emulator.service_metrics.metric_publisher import PUBLISHER

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Measurement:
    """One value of one metric, taken now."""

    name: str
    value: float
    unit: str = "Count"
    dimensions: Dimensions = ()


def report(account_id: str, region: str, namespace: str, measurements: Iterable[Measurement]) -> None:
    """Queue `measurements` and return at once; CloudWatch has them within a second."""
    now = int(time.time())
    points = [
        DataPoint(namespace, Series(each.name, each.dimensions, each.unit, now), each.value)
        for each in measurements
    ]
    PUBLISHER.publish(account_id, region, points)
