"""Change which version of the event's schema is demanded where events are processed."""

from ops.lab.actions import functions
from ops.lab.app.log_tail import processing_function
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange


def demand(target: Target, version: str) -> ReversibleChange:
    """Set EVENT_SCHEMA, one of `functions.ingestion.event_schema.SchemaVersion`, as a release would."""
    return functions.set_variables(target, processing_function(target), EVENT_SCHEMA=version)
