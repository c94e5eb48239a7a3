"""The circuits of an execution environment, one a service, made when first asked for.

A failure is a call that failed after the SDK's own second attempt (see `clients`).
"""

from functools import cache

from functions.common.circuit_breaker import Circuit
from functions.common.clock import system_clock
from functions.common.logs import get_logger


@cache
def dynamodb() -> Circuit:
    return _circuit("DynamoDB", fail_max=3, reset_seconds=30)


@cache
def sqs() -> Circuit:
    return _circuit("SQS", fail_max=5, reset_seconds=60)


@cache
def eventbridge() -> Circuit:
    return _circuit("EventBridge", fail_max=3, reset_seconds=45)


@cache
def downstream() -> Circuit:
    """What the processor calls. Shorter than the lab's visibility timeout (19 s): a message that met the open
    circuit meets a half-open one at its next delivery, and so costs no more than one of its receives."""
    return _circuit("Downstream", fail_max=3, reset_seconds=10)


def _circuit(name: str, *, fail_max: int, reset_seconds: float) -> Circuit:
    return Circuit(
        name, fail_max=fail_max, reset_seconds=reset_seconds, clock=system_clock, logger=get_logger()
    )
