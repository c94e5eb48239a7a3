"""The end of an invocation, seen from inside it."""

from collections.abc import Callable

_RESERVE_SHARE = 0.2


class Deadline:
    """How much of the invocation's time remains, and whether to begin another piece of work.

    A fifth of the time at hand at the start is kept in reserve. A share rather than a number of seconds,
    because the timeout is a setting: 5 s of reserve would leave a function with a 5 s timeout nothing.
    """

    def __init__(self, remaining_ms: Callable[[], int]) -> None:
        """`remaining_ms` is the Lambda context's `get_remaining_time_in_millis`."""
        self._remaining_ms = remaining_ms
        self._reserve_ms = remaining_ms() * _RESERVE_SHARE

    def remaining_seconds(self) -> float:
        """Seconds until Lambda ends the invocation by force."""
        return self._remaining_ms() / 1000

    def spare_seconds(self) -> float:
        """Seconds until only the reserve is left; below 0 once it is touched."""
        return (self._remaining_ms() - self._reserve_ms) / 1000

    def is_near(self) -> bool:
        """Whether only the reserve is left: finish and report, begin nothing."""
        return self.spare_seconds() <= 0
