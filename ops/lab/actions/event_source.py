"""Pause and resume the delivery from the queue to the worker."""

from ops.lab.actions.change import Change
from ops.lab.target import Target
from ops.lab.waiting import eventually

# A mapping is updated within seconds, on AWS within a minute or two.
_WITHIN_SECONDS = 180


def pause(target: Target) -> Change:
    """Disable the worker's event source mapping; messages then wait in the queue."""
    _set(target, enabled=False)
    return Change("event source mapping disabled", lambda: resume(target))


def resume(target: Target) -> None:
    """Enable the mapping again."""
    _set(target, enabled=True)


def state(target: Target) -> str:
    """The mapping's state, such as Enabled or Disabled."""
    return target.functions.get_event_source_mapping(UUID=target.output("WorkerMappingId"))["State"]


def _set(target: Target, *, enabled: bool) -> None:
    wanted = "Enabled" if enabled else "Disabled"
    if state(target) != wanted:
        target.functions.update_event_source_mapping(UUID=target.output("WorkerMappingId"), Enabled=enabled)
        eventually(
            lambda: state(target),
            within=_WITHIN_SECONDS,
            until=lambda seen: seen == wanted,
            what=f"the mapping to be {wanted}",
        )
