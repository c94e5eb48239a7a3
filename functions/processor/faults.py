"""The break/fix switch: faults that the failure mode injects into processing."""

from collections.abc import Callable

from functions.common.deadline import Deadline
from functions.common.errors import (
    DownstreamUnavailable,
    SchemaValidationError,
    TransientFailure,
)
from functions.ingestion.failure_mode import FailureMode

RANDOM_FAILURE_SHARE = 0.3
_OVERSLEEP_SECONDS = 5.0


class Faults:
    """Fails, or sleeps, as the failure mode says.

    `random` answers a number in [0, 1), `sleep` takes seconds; both are parameters so that tests decide.
    """

    def __init__(
        self,
        failure_mode: Callable[[], FailureMode],
        random: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._failure_mode = failure_mode
        self._random = random
        self._sleep = sleep

    def inject(self, deadline: Deadline) -> None:
        """Raise or delay in place of what would have gone wrong."""
        match self._failure_mode():
            case FailureMode.POISON_PAYLOAD:
                raise SchemaValidationError("failure mode poison_payload")
            case FailureMode.SLOW_DOWNSTREAM:
                # Past the end of the invocation: Lambda has to kill it, as it would with a real slow call
                # that has no timeout of its own.
                self._sleep(deadline.remaining_seconds() + _OVERSLEEP_SECONDS)
            case FailureMode.RANDOM_FAIL_P30 if self._random() < RANDOM_FAILURE_SHARE:
                raise TransientFailure("failure mode random_fail_p30")
            case FailureMode.DOWNSTREAM_OUTAGE:
                raise DownstreamUnavailable("failure mode downstream_outage")
