"""How many rows a batch takes."""

from dataclasses import dataclass

_MOST_FACTOR = 40
_SHORT_SECONDS = 0.25  # a batch below this costs about as much to record as to send
_LONG_SECONDS = 1.0  # beyond this, little is won by longer batches, and more is repeated after a crash
_SAFETY = 1.5


@dataclass
class BatchSize:
    """`configured` rows, where a batch takes its time. One that the API takes in no time doubles the next, up
    to 40 times the rows: each batch costs two writes, which would outweigh the calls."""

    configured: int
    _rows: int = 0
    _seconds_a_row: float = 0.0

    def __post_init__(self) -> None:
        self._rows = self.configured

    def heed(self, rows: int, seconds: float) -> None:
        """Learn from a batch that took so long, its records included."""
        self._seconds_a_row = seconds / rows
        if seconds < _SHORT_SECONDS and rows == self._rows:
            self._rows = min(2 * self._rows, _MOST_FACTOR * self.configured)
        elif seconds > _LONG_SECONDS:
            self._rows = max(self._rows // 2, self.configured)

    def that_fits(self, seconds: float) -> int:
        """Rows of the next batch, if no more than so many seconds are left for it; 0 if it would not fit.

        Once a batch has shown how long a row takes, fewer rows than configured are not worth a batch.
        """
        if not self._seconds_a_row:
            return self._rows
        fitting = int(seconds / (self._seconds_a_row * _SAFETY))
        return min(self._rows, fitting) if fitting >= self.configured else 0
