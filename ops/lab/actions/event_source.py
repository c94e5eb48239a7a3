"""Actions on the event source mapping, which delivers to the worker: pause, resume, change it."""

from collections.abc import Collection
from typing import Any

from ops.lab.app.target import Target
from ops.lab.app.worker_mapping import mapping, state
from ops.lab.drills.declaration import ReversibleChange
from ops.lab.waiting import eventually

# A mapping is updated within seconds, on AWS within a minute or two.
_WITHIN_SECONDS = 180
_SETTLED = ("Enabled", "Disabled")


def pause(target: Target) -> ReversibleChange:
    """Disable the worker's event source mapping; messages then wait in the queue."""
    return ReversibleChange.made(
        "event source mapping disabled", lambda: _set(target, enabled=False), lambda: resume(target)
    )


def resume(target: Target) -> None:
    """Enable the mapping again."""
    _set(target, enabled=True)


def limit_concurrency(target: Target, workers: int | None) -> ReversibleChange:
    """Let the mapping start so many workers at once, at least 2, or as many as Lambda has for None."""
    before = mapping(target).get("ScalingConfig", {}).get("MaximumConcurrency")

    def put(value: int | None) -> None:
        # An empty ScalingConfig takes the limit away (UpdateEventSourceMapping, API reference).
        _update(target, ScalingConfig={} if value is None else {"MaximumConcurrency": value})

    return ReversibleChange.made(
        f"MaximumConcurrency: {before} to {workers}", lambda: put(workers), lambda: put(before)
    )


def set_batch_size(target: Target, records: int) -> ReversibleChange:
    """How many records one invocation gets at most."""
    before = mapping(target)["BatchSize"]
    return ReversibleChange.made(
        f"BatchSize: {before} to {records}",
        lambda: _update(target, BatchSize=records),
        lambda: _update(target, BatchSize=before),
    )


def set_batching_window(target: Target, seconds: int) -> ReversibleChange:
    """How long the mapping waits for a batch to fill."""
    before = mapping(target).get("MaximumBatchingWindowInSeconds", 0)
    return ReversibleChange.made(
        f"batching window: {before} s to {seconds} s",
        lambda: _update(target, MaximumBatchingWindowInSeconds=seconds),
        lambda: _update(target, MaximumBatchingWindowInSeconds=before),
    )


def _set(target: Target, *, enabled: bool) -> None:
    wanted = "Enabled" if enabled else "Disabled"
    if state(target) != wanted:
        target.functions.update_event_source_mapping(UUID=target.output("WorkerMappingId"), Enabled=enabled)
        _await(target, {wanted})


def _update(target: Target, **settings: Any) -> None:
    """Change settings of the mapping, and return once they are in force: it is Updating in between."""
    target.functions.update_event_source_mapping(UUID=target.output("WorkerMappingId"), **settings)
    _await(target, _SETTLED)


def _await(target: Target, wanted: Collection[str]) -> None:
    eventually(
        lambda: state(target),
        within=_WITHIN_SECONDS,
        until=lambda seen: seen in wanted,
        what=f"the mapping to be {' or '.join(wanted)}",
    )
