"""The one way by which the services' metrics reach CloudWatch: queued here, sent from a thread in batches."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from lab_emulator.logs.metric_filters import DataPoint, Series
from lab_emulator.logs.metric_publisher import MetricPublisher

Dimensions = tuple[tuple[str, str], ...]

_publisher = MetricPublisher()


@dataclass(frozen=True)
class Datum:
    """One value, measured now."""

    name: str
    value: float
    unit: str = "Count"
    dimensions: Dimensions = ()


def publish(account_id: str, region: str, namespace: str, data: Iterable[Datum]) -> None:
    """Queue `data` and return at once; CloudWatch has them within a second."""
    now = int(time.time())
    points = [
        DataPoint(namespace, Series(datum.name, datum.dimensions, datum.unit, now), datum.value)
        for datum in data
    ]
    _publisher.publish(account_id, region, points)
