"""What became of a batch of rows."""

from dataclasses import dataclass, field

from functions.files.processor.rows import Row


@dataclass(frozen=True)
class Reject:
    """A row that no attempt can deliver, and why."""

    row: Row
    reason: str


@dataclass
class Outcome:
    """Row numbers, in no order. What is in none of the lists was not delivered, and goes out again.

    `unknown` are rows whose call got no answer in time: the API may have them. `error` is what made the
    attempt give up, None if it only ran out of time.
    """

    delivered: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    error: Exception | None = None


@dataclass
class Calls:
    """What an invocation asked of the API; one row may take several calls."""

    count: int = 0
    errors: int = 0
    seconds: float = 0.0

    @property
    def mean_milliseconds(self) -> float:
        return round(self.seconds * 1000 / self.count, 1) if self.count else 0.0
