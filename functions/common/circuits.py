"""Circuits, one a service: a service that is unwell is left alone for a while, and its callers fail at once.

The state machine is pybreaker's; here it gets our clock, our errors and our log. Closed: every call goes out.
After `fail_max` failures in a row it opens: calls raise CircuitOpen without going out. After `reset_seconds`
it is half-open: one call goes out as a trial and closes the circuit, or opens it for as long again.
A failure is a call that failed after the SDK's own second attempt (see `clients`).

The state lives in memory, so each execution environment has its own: a new environment starts closed and
learns from its own calls, and a thousand workers send a sick service up to a thousand times `fail_max` calls
before all of them hold back. A shared state would cost a remote read before each call, from a service that
can fail too.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import NoReturn, ParamSpec, TypeVar

import pybreaker
from aws_lambda_powertools.logging import Logger

from functions.common.clock import Clock, system_clock
from functions.common.error_category import error_type, is_outage
from functions.common.errors import CircuitOpen
from functions.common.logs import get_logger

P = ParamSpec("P")
T = TypeVar("T")


class Circuit:
    """One service's circuit. Calls of several threads go out side by side while it is closed, and one by one
    otherwise: a trial is a single call.
    """

    def __init__(
        self, name: str, *, fail_max: int, reset_seconds: float, clock: Clock, logger: Logger
    ) -> None:
        self.name = name
        self._reset_seconds = reset_seconds
        self._storage = _ClockedStorage(clock)
        self._breaker = pybreaker.CircuitBreaker(
            name=name,
            fail_max=fail_max,
            reset_timeout=reset_seconds,
            # What else goes wrong is an answer: the service is there.
            exclude=[lambda error: not is_outage(error)],
            listeners=[_StateLog(logger)],
            state_storage=self._storage,
            throw_new_error_on_trip=False,  # the call that trips it raises what went wrong
        )

    def call(self, operation: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the operation and learn from how it ends. Raises CircuitOpen, or what the operation raises."""
        if self._breaker.current_state == pybreaker.STATE_CLOSED:
            return self._call_closed(partial(operation, *args, **kwargs))
        try:
            return self._breaker.call(operation, *args, **kwargs)
        except pybreaker.CircuitBreakerError:
            raise self._refusal() from None

    def _call_closed(self, operation: Callable[[], T]) -> T:
        """Call without the lock that pybreaker holds while it calls, and record the outcome afterwards."""
        try:
            answer = operation()
        except BaseException as error:
            self._learn(partial(_raise, error))
            raise
        self._learn(lambda: answer)
        return answer

    def _learn(self, outcome: Callable[[], T]) -> None:
        """Record an outcome, unless others have opened the circuit since. Raises what the outcome does."""
        with suppress(pybreaker.CircuitBreakerError):
            if self._breaker.current_state == pybreaker.STATE_CLOSED:
                self._breaker.call(outcome)

    def refuse_while_open(self) -> None:
        """Raise CircuitOpen if a call would: for work that needs this service.

        Passes once a trial is due, and leaves the trial to `call`.
        """
        if self._breaker.current_state == pybreaker.STATE_OPEN and self._rest_seconds() > 0:
            raise self._refusal()

    def is_doubtful(self) -> bool:
        """Whether the last call that told of the service's health failed."""
        return self._breaker.fail_counter > 0

    def allow_trial(self) -> None:
        """Let the next call out if the circuit is open: for work that gets no other chance."""
        if self._breaker.current_state == pybreaker.STATE_OPEN:
            self._breaker.half_open()

    def _refusal(self) -> CircuitOpen:
        return CircuitOpen(self.name, self._rest_seconds())

    def _rest_seconds(self) -> float:
        return max(0.0, self._reset_seconds - self._storage.seconds_open())


def _raise(error: BaseException) -> NoReturn:
    raise error


class _ClockedStorage(pybreaker.CircuitMemoryStorage):
    """Tells pybreaker, which reads the wall clock, how long ago our clock says that the circuit opened."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(pybreaker.STATE_CLOSED)
        self._clock = clock
        self._opened = clock()

    def seconds_open(self) -> float:
        return self._clock() - self._opened

    @property
    def opened_at(self) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=self.seconds_open())

    @opened_at.setter
    def opened_at(self, _: datetime) -> None:
        self._opened = self._clock()


class _StateLog(pybreaker.CircuitBreakerListener):
    """One line a change, which the metric CircuitOpened counts by `$.circuitState`.

    No `errorType`: the call that failed is counted where it is logged.
    """

    def __init__(self, logger: Logger) -> None:
        self._logger = logger
        self._reason = ""

    def failure(self, _: pybreaker.CircuitBreaker, exc: BaseException) -> None:
        self._reason = error_type(exc) if isinstance(exc, Exception) else type(exc).__name__

    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        _: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        fields = {"circuit": cb.name, "circuitState": new_state.name}
        if new_state.name == pybreaker.STATE_OPEN:
            self._logger.warning("circuit state changed", extra=fields | {"reason": self._reason})
        else:
            self._logger.info("circuit state changed", extra=fields)


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
