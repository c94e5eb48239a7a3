"""Clock of a session: when the room began, how many minutes it has, and whether it was stopped."""

from dataclasses import asdict, dataclass
from typing import Any

LONGEST_MINUTES = 600


@dataclass(frozen=True)
class SessionClock:
    """`started_at` and `stopped_at` are in seconds since the epoch, None is what has not happened."""

    minutes: int | None = None
    started_at: float | None = None
    stopped_at: float | None = None

    @classmethod
    def started(cls, minutes: int, now: float) -> "SessionClock":
        """A clock of so many minutes, from now on."""
        return cls(minutes, now)

    def stopped(self, now: float) -> "SessionClock":
        """The same, stopped now; one that does not run stays as it is."""
        return SessionClock(self.minutes, self.started_at, now) if self.runs else self

    @property
    def runs(self) -> bool:
        return self.started_at is not None and self.stopped_at is None

    def left(self, now: float) -> float | None:
        """Seconds that are left, less than nothing once the time is up; None where it was never started."""
        if self.started_at is None or self.minutes is None:
            return None
        return self.started_at + 60 * self.minutes - (self.stopped_at or now)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
