"""Snapshot of the ingestion pipeline: its queues, its pace, its alarms and its failure mode at one moment."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.app import failure_mode, queue_depth, worker_mapping
from ops.lab.app.queue_depth import QueueDepth
from ops.lab.app.target import Target
from ops.lab.probes import alarms, metrics
from ops.lab.probes.metrics import MetricQuery


@dataclass(frozen=True)
class IngestionSnapshot:
    """`age_seconds` is of the oldest message in the queue, None where it has none.

    Rates are records a second of the worker's, over the last `window_seconds`: `failed` counts attempts, of
    which a record has several. `delivery` is the state of the event source mapping.
    """

    queue: QueueDepth
    dlq: QueueDepth
    parked: QueueDepth
    age_seconds: float | None
    window_seconds: float
    processed_per_second: float
    duplicates_per_second: float
    failed_per_second: float
    raised: list[str]
    alarms: int
    delivery: str
    failure_mode: str


def ingestion_snapshot(target: Target) -> IngestionSnapshot:
    """About ten calls. Raises NotUp where an output is missing."""
    window = metrics.rate_window(target)
    errors = metrics.all_of_lab(target, "Errors")
    counted = [metrics.of_lab(target, name) for name in ("Processed", "IdempotencyHits")] + errors
    processed, duplicates, *failed = _rates(target, counted, window)
    states = alarms.states(target, alarms.names(target))
    return IngestionSnapshot(
        queue=queue_depth.main_queue(target),
        dlq=queue_depth.dead_letter_queue(target),
        parked=queue_depth.parking_queue(target),
        age_seconds=metrics.latest(target, metrics.oldest_message_age(target, target.output("QueueUrl"))),
        window_seconds=window,
        processed_per_second=processed,
        duplicates_per_second=duplicates,
        failed_per_second=round(sum(failed), 2),
        raised=sorted(name for name, state in states.items() if state == "ALARM"),
        alarms=len(states),
        delivery=worker_mapping.state(target),
        failure_mode=failure_mode.read_mode(target),
    )


def _rates(target: Target, counted: Sequence[MetricQuery], window: float) -> list[float]:
    """Of each metric, its counts a second over the window."""
    series = metrics.values(target, counted, time.time() - window)
    return [round(sum(values) / window, 2) for values in series]
