"""Edge of a picture: what goes from one node to another, how fast, and how much lately."""

from dataclasses import dataclass

# From so many a second on an edge has one more dot, which goes faster.
_PACES = (0.0, 1.0, 5.0, 20.0, 100.0)
_WHOLE_FROM = 100


@dataclass(frozen=True)
class EdgeDeclaration:
    """`what` goes, in the plural; the metrics `rate` and `less` are names of what an observation counted."""

    id: str
    source: str
    end: str
    what: str
    rate: str
    less: str = ""


@dataclass(frozen=True)
class PictureEdge:
    """An edge now. `per_second` and `count` are None where no metric tells; `note` is said beside them."""

    declared: EdgeDeclaration
    per_second: float | None = None
    count: float | None = None
    note: str = ""

    @property
    def pace(self) -> int:
        """How many dots go along it: 0 where nothing moves, 5 at most."""
        rate = self.per_second or 0.0
        return sum(rate > least for least in _PACES)

    @property
    def rate_text(self) -> str:
        """The rate as a person reads it."""
        rate = self.per_second
        if rate is None:
            return "no figure"
        return f"{rate:,.0f}/s" if rate >= _WHOLE_FROM or rate == 0 else f"{rate:,.1f}/s"
