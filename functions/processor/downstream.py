"""Downstream: the call that an order's fulfilment makes, behind its circuit, and the faults in its place.

The faults are the break/fix switch: the failure mode says which one processing meets.
"""

import random
import time
from collections.abc import Callable

from functions.common import circuits
from functions.common.clock import Deadline
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


Downstream = Callable[[Deadline], None]
"""Raises CircuitOpen without a call, or what the call raises."""


def guarded_downstream(failure_mode: Callable[[], FailureMode]) -> Downstream:
    """Here the call consists of nothing but the injected faults: this is where a real one would stand."""
    call = Faults(failure_mode, random.random, time.sleep).inject
    circuit = circuits.downstream()
    return lambda deadline: circuit.call(call, deadline)
