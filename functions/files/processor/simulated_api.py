"""Simulated API that rows are sent to, in this process: latency, errors and refusals as configured.

It stands where an HTTP client would, and answers as one does: nothing for 2xx, an exception otherwise.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from functions.common.cached import Cached
from functions.common.clock import Clock
from functions.common.errors import DownstreamUnavailable, ErrorCategory, PipelineError
from functions.common.logs import get_logger
from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.row_validation import InvalidRow, OrderRow

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

CREDIT_LIMIT = Decimal(1_000_000)  # a rule that only the API knows: it refuses larger amounts


class CallTimedOut(PipelineError):
    """No answer in time: the API may have taken the row all the same."""

    category = ErrorCategory.TIMEOUT


class SimulatedApi:
    """`send` may be called by several threads at once."""

    def __init__(
        self, simulation: Callable[[], ApiBehaviour], draw: Callable[[], float] = random.random
    ) -> None:
        """`draw` answers a number from 0 to 1, 1 excluded."""
        self._simulation = simulation
        self._draw = draw
        self._calls = CallsUnderWay()

    def open(self, key: str) -> "SimulatedEndpoint":
        """The API as it behaves now towards the rows of a file: asked again for each batch, in one thread."""
        return SimulatedEndpoint(self._simulation(), key, self._draw, self._calls)


class CallsUnderWay:
    """How many calls of this process the API has at the moment. Used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    @contextmanager
    def one_more(self, limit: int) -> Iterator[None]:
        """Count a call while it lasts. Raises DownstreamUnavailable (429) where there are `limit` already;
        a limit of 0 is none."""
        with self._lock:
            if limit and self._count >= limit:
                raise DownstreamUnavailable(f"the API answered 429: more than {limit} calls at once")
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1


class SimulatedEndpoint:
    """The API, for the length of a batch."""

    def __init__(
        self, simulation: ApiBehaviour, key: str, draw: Callable[[], float], calls: CallsUnderWay
    ) -> None:
        self._simulation = simulation
        self._calls = calls
        self._fails = simulation.down or bool(simulation.failing and simulation.failing in key)
        self._draw = draw

    def send(self, order: OrderRow, timeout_seconds: float) -> None:
        """Deliver a row. Raises DownstreamUnavailable (429, 503), InvalidRow (422) or CallTimedOut."""
        with self._calls.one_more(self._simulation.calls_at_once):
            self._take(order, timeout_seconds)

    def _take(self, order: OrderRow, timeout_seconds: float) -> None:
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


class ApiBehaviourReader:
    """Reads the parameter; a change is seen within `max_age_seconds`, between two batches.

    A lab control must not break what it controls: a text that says nothing sensible counts as the defaults,
    and while SSM does not answer the last known text stays. Both are logged as warnings.
    """

    def __init__(
        self, ssm: "SSMClient", parameter_name: str, clock: Clock, *, max_age_seconds: float
    ) -> None:
        self._ssm = ssm
        self._parameter_name = parameter_name
        self._simulation = Cached(
            self._load, max_age_seconds=max_age_seconds, clock=clock, initial=ApiBehaviour()
        )

    def read(self) -> ApiBehaviour:
        return self._simulation.get()

    def _load(self) -> ApiBehaviour:
        value = self._ssm.get_parameter(Name=self._parameter_name)["Parameter"]["Value"]
        try:
            return ApiBehaviour.from_json(value)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            get_logger().warning("unknown simulation ignored", simulation=value, reason=str(error))
            return ApiBehaviour()
