"""Event source mapping that delivers to the worker: read, and updated until it is in force."""

from collections.abc import Sequence
from typing import Any

from ops.lab.app.target import Target
from ops.lab.waiting import eventually

# A mapping is updated within seconds, on AWS within a minute or two.
_WITHIN_SECONDS = 180


def mapping(target: Target) -> Any:
    """The mapping as it is now (GetEventSourceMapping)."""
    return target.functions.get_event_source_mapping(UUID=target.output("WorkerMappingId"))


def state(target: Target) -> str:
    """The mapping's state, such as Enabled or Disabled."""
    return str(mapping(target)["State"])


def maximum_concurrency(target: Target) -> int | None:
    """How many workers the mapping starts at once at most; None where it sets no limit."""
    limit: int | None = mapping(target).get("ScalingConfig", {}).get("MaximumConcurrency")
    return limit


def batch_size(target: Target) -> int:
    """How many records one invocation gets at most."""
    return int(mapping(target)["BatchSize"])


def batching_window_seconds(target: Target) -> int:
    """How long the mapping waits for a batch to fill."""
    return int(mapping(target).get("MaximumBatchingWindowInSeconds", 0))


def enable(target: Target, enabled: bool) -> None:
    """Enable or disable the mapping, and return once it is so. Raises WaitTimedOut after three minutes."""
    wanted = "Enabled" if enabled else "Disabled"
    if state(target) != wanted:
        _update_until(target, (wanted,), Enabled=enabled)


def update(target: Target, **settings: Any) -> None:
    """Change settings of the mapping, and return once they are in force: it is Updating in between.

    Raises WaitTimedOut after three minutes.
    """
    _update_until(target, ("Enabled", "Disabled"), **settings)


def _update_until(target: Target, wanted: Sequence[str], **settings: Any) -> None:
    target.functions.update_event_source_mapping(UUID=target.output("WorkerMappingId"), **settings)
    eventually(
        lambda: state(target),
        within=_WITHIN_SECONDS,
        until=lambda seen: seen in wanted,
        what=f"the mapping to be {' or '.join(wanted)}",
    )
