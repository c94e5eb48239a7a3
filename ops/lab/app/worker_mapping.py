"""Event source mapping that delivers to the worker: read, and updated until it is in force."""

from collections.abc import Collection
from typing import Any

from ops.lab.app.target import Target
from ops.lab.waiting import eventually

# A mapping is updated within seconds, on AWS within a minute or two.
_WITHIN_SECONDS = 180
_SETTLED = ("Enabled", "Disabled")


def mapping(target: Target) -> Any:
    """The mapping as it is now (GetEventSourceMapping)."""
    return target.functions.get_event_source_mapping(UUID=target.output("WorkerMappingId"))


def state(target: Target) -> str:
    """The mapping's state, such as Enabled or Disabled."""
    return str(mapping(target)["State"])


def enable(target: Target, enabled: bool) -> None:
    """Enable or disable the mapping, and return once it is so. Raises WaitTimedOut after three minutes."""
    wanted = "Enabled" if enabled else "Disabled"
    if state(target) != wanted:
        target.functions.update_event_source_mapping(UUID=target.output("WorkerMappingId"), Enabled=enabled)
        _await(target, {wanted})


def update(target: Target, **settings: Any) -> None:
    """Change settings of the mapping, and return once they are in force: it is Updating in between.

    Raises WaitTimedOut after three minutes.
    """
    target.functions.update_event_source_mapping(UUID=target.output("WorkerMappingId"), **settings)
    _await(target, _SETTLED)


def _await(target: Target, wanted: Collection[str]) -> None:
    eventually(
        lambda: state(target),
        within=_WITHIN_SECONDS,
        until=lambda seen: seen in wanted,
        what=f"the mapping to be {' or '.join(wanted)}",
    )
