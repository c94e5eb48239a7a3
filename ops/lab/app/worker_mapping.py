"""Event source mapping that delivers to the worker, as Lambda has it."""

from typing import Any

from ops.lab.app.target import Target


def mapping(target: Target) -> Any:
    """The mapping as it is now (GetEventSourceMapping)."""
    return target.functions.get_event_source_mapping(UUID=target.output("WorkerMappingId"))


def state(target: Target) -> str:
    """The mapping's state, such as Enabled or Disabled."""
    return str(mapping(target)["State"])
