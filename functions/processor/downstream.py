"""Downstream: the fulfilment service that an order is handed to, behind its circuit.

The service is not there. `FulfilmentService` stands where its connection would, and answers as the failure
mode says: with what a socket raises. So what a failure leaves behind (type, words, stack, log line, item,
event) is what a real one would leave, and the mode's name is in none of it.
"""

import errno
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from functions.common import circuits
from functions.common.clock import Deadline
from functions.common.errors import DownstreamUnavailable, TransientFailure
from functions.ingestion.failure_mode import FailureMode

RANDOM_FAILURE_SHARE = 0.3
_OVERSLEEP_SECONDS = 5.0
_ORDERS_URL = "https://fulfilment.internal/orders"  # ICANN keeps .internal for private use


@dataclass(frozen=True)
class FulfilmentService:
    """The other end of the connection.

    `random` answers a number in [0, 1), `sleep` takes seconds; both are parameters so that tests decide.
    """

    mode: Callable[[], FailureMode]
    random: Callable[[], float]
    sleep: Callable[[float], None]

    def exchange(self, deadline: Deadline) -> None:
        """Take a request and answer it, or raise OSError as a socket does."""
        match self.mode():
            case FailureMode.SLOW_DOWNSTREAM:
                # Past the end of the invocation: Lambda has to kill it, as it would with a real slow call
                # that has no timeout of its own.
                self.sleep(deadline.remaining_seconds() + _OVERSLEEP_SECONDS)
            case FailureMode.RANDOM_FAIL_P30 if self.random() < RANDOM_FAILURE_SHARE:
                code = errno.ECONNRESET
                raise ConnectionResetError(code, os.strerror(code))
            case FailureMode.DOWNSTREAM_OUTAGE:
                code = errno.ECONNREFUSED
                raise ConnectionRefusedError(code, os.strerror(code))


@dataclass(frozen=True)
class FulfilmentClient:
    """Client of the service: it raises the pipeline's own errors. `exchange` sends one request."""

    exchange: Callable[[Deadline], None]

    def hand_over(self, deadline: Deadline) -> None:
        """Raises DownstreamUnavailable for a refused connection, TransientFailure for one that was reset."""
        try:
            self.exchange(deadline)
        except ConnectionRefusedError as error:
            raise DownstreamUnavailable(f"POST {_ORDERS_URL}: {error}") from error
        except OSError as error:
            raise TransientFailure(f"POST {_ORDERS_URL}: {error}") from error


Downstream = Callable[[Deadline], None]
"""Raises CircuitOpen without a call, or what the call raises."""


def guarded_downstream(mode: Callable[[], FailureMode]) -> Downstream:
    """The client's call, as its circuit lets it out."""
    client = FulfilmentClient(FulfilmentService(mode, random.random, time.sleep).exchange)
    circuit = circuits.downstream()
    return lambda deadline: circuit.call(client.hand_over, deadline)
