"""Performance test: a simulation, measured while it runs, and from its records afterwards."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ops.lab.app.target import Target
from ops.lab.errors import WaitTimedOut
from ops.lab.files import function_settings
from ops.lab.files.peak_concurrency import levels, spans
from ops.lab.files.performance_curves import Finished, finished, series_of
from ops.lab.files.performance_samples import Sample, Sampling
from ops.lab.files.simulation import Onlooker, Simulation, simulate
from ops.lab.files.snapshot import control
from ops.lab.files.upload import FileBatch
from ops.lab.report.chart import ChartData
from ops.lab.report.latencies import percentile
from ops.lab.report.surroundings import surroundings
from ops.lab.report.time_axis import Axis
from ops.lab.waiting import eventually

SCHEMA = 1
PERCENTILES = (50, 90, 95, 99, 100)


@dataclass(frozen=True, kw_only=True)
class Performance:
    """`seconds` until the last sample, `began` in epoch seconds; `latencies` in seconds by percentile, from
    a file's upload to its end."""

    batch: FileBatch
    workers: int
    environment: dict[str, str]
    simulation: Simulation
    began: float
    seconds: float
    ends: Sequence[Finished]
    latencies: dict[int, float]
    max_concurrency: int
    samples: int
    failed_samples: int
    series: ChartData

    @property
    def rows_per_second(self) -> float:
        return round(self.simulation.outcome.rows_delivered / max(0.01, self.simulation.outcome.seconds), 1)

    @property
    def files_per_second(self) -> float:
        return round(self.simulation.outcome.files_succeeded / max(0.01, self.simulation.outcome.seconds), 2)

    @property
    def started(self) -> str:
        return datetime.fromtimestamp(self.began, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

    @property
    def marks(self) -> list[tuple[float, str]]:
        """When the last upload and the last file were done, in seconds since the test began."""
        uploads, ends = self.simulation.uploads, self.ends
        moments = [(max(upload.began for upload in uploads), "the last upload")] if uploads else []
        moments += [(ends[-1].at, "the last file's end")] if ends else []
        return [(round(at - self.began, 2), what) for at, what in moments]

    def most(self, name: str) -> float:
        """The greatest value of a curve; 0 where it has none."""
        return max((value for value in self.series.values.get(name, ()) if value is not None), default=0.0)

    def as_document(self) -> dict[str, Any]:
        """What is written as JSON."""
        return {
            "schema": SCHEMA,
            "started_at": self.started,
            "environment": self.environment,
            "workers": self.workers,
            **asdict(self.batch),
            **self.simulation.outcome.as_document(),
            "files_per_second": self.files_per_second,
            "rows_per_second": self.rows_per_second,
            "peak_rows_per_second": self.most("rows_per_second"),
            "latency_seconds": {f"p{percent}": value for percent, value in self.latencies.items()},
            "most_waiting": int(self.most("queue_waiting")),
            "scaler_peak": int(self.most("concurrency")),
            "max_concurrency": self.max_concurrency,
            "samples": self.samples,
            "failed_samples": self.failed_samples,
            "series": {"seconds": self.series.seconds, **self.series.values},
        }


def measure(
    target: Target, batch: FileBatch, *, workers: int, within: float, settle: float, onlooker: Onlooker
) -> Performance:
    """Simulate, and sample until the scaler is back at its minimum, for at most `settle` seconds more."""
    bounds, began = function_settings.scaler(target), time.time()
    with Sampling(target) as sampling:
        simulation = simulate(target, batch, workers=workers, within=within, onlooker=onlooker)
        if simulation.late is None:
            _wait_for_calm(target, bounds.min_concurrency, settle)
    axis = Axis(began, time.time() - began)
    ends = finished(simulation.uploads, simulation.found)
    running = levels(spans(simulation.found, int(time.time() * 1000)))
    return Performance(
        batch=batch,
        workers=workers,
        environment=surroundings(target),
        simulation=simulation,
        began=began,
        seconds=round(axis.seconds, 2),
        ends=ends,
        latencies={p: round(percentile([end.seconds for end in ends], p), 2) for p in PERCENTILES},
        max_concurrency=bounds.max_concurrency,
        samples=len(sampling.samples),
        failed_samples=sampling.failed,
        series=series_of(axis, _in_order(sampling.samples), running, simulation.found, ends),
    )


def _wait_for_calm(target: Target, least: int, within: float) -> None:
    try:
        eventually(
            lambda: control(target).concurrency,
            within=within,
            until=lambda current: current is None or current <= least,
            every=1,
            what="the scaler's way down",
        )
    except WaitTimedOut:
        # Nothing failed: on AWS the scaler takes minutes. The plot ends with what is in force.
        return


def _in_order(samples: list[Sample]) -> list[Sample]:
    return sorted(samples, key=lambda sample: sample.at)
