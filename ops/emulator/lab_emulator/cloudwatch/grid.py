"""Time cut into periods, and values on it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Grid:
    """`count` periods in a row, the first of which begins at `start`; epoch seconds."""

    start: float
    period_seconds: float
    count: int

    def times(self) -> list[float]:
        """When each period begins, oldest first. The same grid gives the very same numbers."""
        return [self.start + index * self.period_seconds for index in range(self.count)]


@dataclass(frozen=True)
class TimeSeries:
    """Values by the beginning of their period; a period without a value is missing."""

    grid: Grid
    values: dict[float, float] = field(default_factory=dict)
    label: str = ""
    sample_counts: dict[float, float] = field(default_factory=dict)
