"""Change which version of the event's schema is demanded where events are processed."""

from ops.lab.actions import functions
from ops.lab.actions.change import Change
from ops.lab.app.function_names import processing_function
from ops.lab.app.target import Target


def demand(target: Target, version: str) -> Change:
    """Set EVENT_SCHEMA, one of `functions.ingestion.event_schema.SchemaVersion`, as a release would."""
    return functions.set_variables(target, processing_function(target), EVENT_SCHEMA=version)
