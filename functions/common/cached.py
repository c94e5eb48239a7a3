"""Cached value of another service, read again when it is too old, and kept while it cannot be read."""

from collections.abc import Callable
from typing import Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from functions.common.clock import Clock
from functions.common.error_category import error_type
from functions.common.logs import get_logger

T = TypeVar("T")


class Cached(Generic[T]):
    """Spares a service that many functions ask at once: SSM answers 40 GetParameter a second by default.

    `max_age_seconds` is also the lag with which a change is seen.
    """

    def __init__(
        self, load: Callable[[], T], *, max_age_seconds: float, clock: Clock, initial: T | None = None
    ) -> None:
        self._load = load
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._value = initial
        self._read_at = float("-inf")

    def get(self) -> T:
        """The value, at most `max_age_seconds` old unless its service is unavailable.

        Raises the AWS error if there is neither an answer nor an earlier value.
        """
        now = self._clock()
        if self._value is None or now - self._read_at >= self._max_age_seconds:
            self._value = self._read()
            self._read_at = now
        return self._value

    def _read(self) -> T:
        try:
            return self._load()
        except (BotoCoreError, ClientError) as error:
            if self._value is None:
                raise
            get_logger().warning("last known value kept", reason=error_type(error))
            return self._value
