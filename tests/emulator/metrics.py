"""Reading what the emulated services published, by the API that dashboards use."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator

Statistic = Literal["Average", "Maximum", "Minimum", "SampleCount", "Sum"]
PERIOD_SECONDS = 60


@dataclass(frozen=True)
class Metrics:
    """One namespace and one set of dimensions, over the last hour."""

    emulator: Emulator
    namespace: str
    dimensions: dict[str, str]

    def statistics(self, name: str) -> list[dict[str, Any]]:
        """One entry a minute in which there was any datum, oldest first."""
        now = datetime.now(UTC)
        answer = self.emulator.client("cloudwatch").get_metric_statistics(
            Namespace=self.namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in self.dimensions.items()],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(seconds=PERIOD_SECONDS),
            Period=PERIOD_SECONDS,
            Statistics=["Maximum", "Minimum", "SampleCount", "Sum"],
        )
        return sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])

    def total(self, name: str) -> float:
        return float(sum(point["Sum"] for point in self.statistics(name)))

    def highest(self, name: str) -> float | None:
        return max((point["Maximum"] for point in self.statistics(name)), default=None)

    def wait_for_totals(self, **expected: float) -> None:
        """Wait until each metric's sum is as expected."""
        eventually(
            lambda: {name: self.total(name) for name in expected},
            until=lambda totals: totals == expected,
            within=30,
            every=0.2,
            what=f"{self.namespace} {expected}",
        )
