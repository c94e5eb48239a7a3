"""Curve of an alarm's metric and its threshold, as points of an SVG drawing and as words."""

from collections.abc import Mapping
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 120
_MARGIN = 6
# Values in the table under the drawing: the newest.
_TOLD = 20


@dataclass(frozen=True)
class MetricCurve:
    """`values` are by epoch seconds, between `begin` and `end`. `step` is the seconds between two values.

    A metric without values for a while has a gap there.
    """

    values: Mapping[float, float]
    begin: float
    end: float
    step: float
    threshold: float

    @property
    def pieces(self) -> list[str]:
        """Points of each unbroken piece, as SVG's `points` has them."""
        pieces: list[list[str]] = []
        before: float | None = None
        for at, value in sorted(self.values.items()):
            if before is None or at - before > 2.5 * self.step:
                pieces.append([])
            pieces[-1].append(f"{self._x(at):.1f},{self._y(value):.1f}")
            before = at
        # One point alone is no line: it is drawn as a short one.
        return [" ".join(piece if len(piece) > 1 else piece * 2) for piece in pieces]

    @property
    def threshold_y(self) -> float:
        return round(self._y(self.threshold), 1)

    @property
    def top(self) -> float:
        """The value at the drawing's upper edge."""
        return max([*self.values.values(), self.threshold, 1.0]) * 1.1

    @property
    def newest(self) -> list[tuple[float, float]]:
        """Time and value of the newest, the newest first."""
        return sorted(self.values.items(), reverse=True)[:_TOLD]

    @property
    def words(self) -> str:
        if not self.values:
            return "no values in this time"
        values = list(self.values.values())
        last = self.values[max(self.values)]
        return (
            f"between {min(values):g} and {max(values):g}, last {last:g}; the threshold is {self.threshold:g}"
        )

    def _x(self, at: float) -> float:
        return _MARGIN + (at - self.begin) / (self.end - self.begin) * (WIDTH - 2 * _MARGIN)

    def _y(self, value: float) -> float:
        return HEIGHT - _MARGIN - value / self.top * (HEIGHT - 2 * _MARGIN)
