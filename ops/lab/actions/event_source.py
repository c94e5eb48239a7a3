"""Actions on the event source mapping, which delivers to the worker: pause, resume, change it."""

from ops.lab.app.target import Target
from ops.lab.app.worker_mapping import (
    batch_size,
    batching_window_seconds,
    enable,
    maximum_concurrency,
    update,
)
from ops.lab.drills.declaration import ReversibleChange


def pause(target: Target) -> ReversibleChange:
    """Disable the worker's event source mapping; messages then wait in the queue."""
    return ReversibleChange.made(
        "event source mapping disabled", lambda: enable(target, False), lambda: resume(target)
    )


def resume(target: Target) -> None:
    """Enable the mapping again."""
    enable(target, True)


def limit_concurrency(target: Target, workers: int | None) -> ReversibleChange:
    """Let the mapping start so many workers at once, at least 2, or as many as Lambda has for None."""
    before = maximum_concurrency(target)

    def put(value: int | None) -> None:
        # An empty ScalingConfig takes the limit away (UpdateEventSourceMapping, API reference).
        update(target, ScalingConfig={} if value is None else {"MaximumConcurrency": value})

    return ReversibleChange.made(
        f"MaximumConcurrency: {before} to {workers}", lambda: put(workers), lambda: put(before)
    )


def set_batch_size(target: Target, records: int) -> ReversibleChange:
    """How many records one invocation gets at most."""
    before = batch_size(target)
    return ReversibleChange.made(
        f"BatchSize: {before} to {records}",
        lambda: update(target, BatchSize=records),
        lambda: update(target, BatchSize=before),
    )


def set_batching_window(target: Target, seconds: int) -> ReversibleChange:
    """How long the mapping waits for a batch to fill."""
    before = batching_window_seconds(target)
    return ReversibleChange.made(
        f"batching window: {before} s to {seconds} s",
        lambda: update(target, MaximumBatchingWindowInSeconds=seconds),
        lambda: update(target, MaximumBatchingWindowInSeconds=before),
    )
