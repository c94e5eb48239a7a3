"""What the emulated services measure, before it becomes CloudWatch's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """What data points must share to be counted together."""

    metric_name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str
    at_epoch_seconds: int


@dataclass(frozen=True)
class DataPoint:
    """One value for CloudWatch."""

    namespace: str
    series: Series
    value: float
