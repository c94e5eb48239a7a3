"""The call that an order's fulfilment makes, behind its circuit."""

import random
import time
from collections.abc import Callable

from functions.common import circuits
from functions.common.deadline import Deadline
from functions.ingestion.failure_mode import FailureMode
from functions.processor.faults import Faults

Downstream = Callable[[Deadline], None]
"""Raises CircuitOpen without a call, or what the call raises."""


def guarded_downstream(failure_mode: Callable[[], FailureMode]) -> Downstream:
    """Here the call consists of nothing but the injected faults: this is where a real one would stand."""
    call = Faults(failure_mode, random.random, time.sleep).inject
    circuit = circuits.downstream()
    return lambda deadline: circuit.call(call, deadline)
