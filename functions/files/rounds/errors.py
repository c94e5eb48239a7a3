"""How a processing function says that its task must not be tried again.

The state machine matches the class's name, and keeps the message as the `reason` beside the dead letter;
every other error puts the task back.
"""

from functions.common.errors import ErrorCategory, PipelineError


class PermanentFailure(PipelineError):
    """No further attempt at this object can succeed; the message says why, for an operator to read."""

    category = ErrorCategory.PERMANENT
