"""The API that rows are sent to, simulated in this process: latency, errors and refusals as configured.

It stands where an HTTP client would, and answers as one does: nothing for 2xx, an exception otherwise.
"""

import random
import time
from collections.abc import Callable
from decimal import Decimal

from functions.common.errors import DownstreamUnavailable, ErrorCategory, PipelineError
from functions.files.processor.order import InvalidRow, Order
from functions.files.processor.simulation import Simulation

CREDIT_LIMIT = Decimal(1_000_000)  # a rule that only the API knows: it refuses larger amounts


class CallTimedOut(PipelineError):
    """No answer in time: the API may have taken the row all the same."""

    category = ErrorCategory.TIMEOUT


class SimulatedApi:
    """`send` may be called by several threads at once."""

    def __init__(
        self, simulation: Callable[[], Simulation], draw: Callable[[], float] = random.random
    ) -> None:
        """`draw` answers a number from 0 to 1, 1 excluded."""
        self._simulation = simulation
        self._draw = draw

    def open(self, key: str) -> "Endpoint":
        """The API as it behaves now towards the rows of a file: asked anew for each batch, in one thread."""
        return Endpoint(self._simulation(), key, self._draw)


class Endpoint:
    """The API, for the length of a batch."""

    def __init__(self, simulation: Simulation, key: str, draw: Callable[[], float]) -> None:
        self._simulation = simulation
        self._fails = simulation.down or bool(simulation.failing and simulation.failing in key)
        self._draw = draw

    def send(self, order: Order, timeout_seconds: float) -> None:
        """Deliver a row. Raises DownstreamUnavailable (503), InvalidRow (422) or CallTimedOut."""
        latency = self._latency_seconds()
        if latency > timeout_seconds:
            time.sleep(timeout_seconds)
            raise CallTimedOut(f"the API gave no answer within {timeout_seconds:.1f} s")
        if latency:
            time.sleep(latency)
        if self._fails or self._draw() < self._simulation.error_rate:
            raise DownstreamUnavailable("the API answered 503")
        if order.amount > CREDIT_LIMIT:
            raise InvalidRow(f"the API answered 422: amount is above the credit limit of {CREDIT_LIMIT}")

    def _latency_seconds(self) -> float:
        least, greatest = (
            self._simulation.latency_min_milliseconds,
            self._simulation.latency_max_milliseconds,
        )
        return (least + (greatest - least) * self._draw()) / 1000
