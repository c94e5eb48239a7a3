"""Lane of an alarm: its states over the last hour or so, as stretches to draw and as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.local.command_lock import in_words
from ops.lab.probes.alarm_history import AlarmEvent

# Of the drawing: one unit a thousandth of the time.
WIDTH = 1000


@dataclass(frozen=True)
class LaneStretch:
    """A state from `x`, for `width` units of the lane."""

    state: str
    x: int
    width: int


@dataclass(frozen=True)
class AlarmLane:
    """`raised` is how often it rose in the `span` (seconds), `lasted` for how many seconds in all."""

    stretches: Sequence[LaneStretch]
    span: float
    raised: int
    lasted: float

    @property
    def words(self) -> str:
        """What the drawing shows, for those who cannot see it."""
        if not self.lasted and not self.raised:
            return f"not raised in the last {in_words(self.span)}"
        times = f"raised {self.raised} times" if self.raised != 1 else "raised once"
        begun = times if self.raised else "raised before"
        return f"{begun} in the last {in_words(self.span)}, for {in_words(self.lasted)} in all"


def lane_of(state: str, changes: Sequence[AlarmEvent], begin: float, end: float) -> AlarmLane:
    """Of an alarm that has this state at `end`, by its changes in any order. Times are epoch seconds."""
    known = sorted((each for each in changes if begin < each.at <= end), key=lambda each: each.at)
    states = [known[0].old if known else state, *(each.new for each in known)]
    edges = [begin, *(each.at for each in known), end]
    pairs = list(zip(states, edges[:-1], edges[1:], strict=True))
    return AlarmLane(
        stretches=[_stretch(now, began, ended, begin, end) for now, began, ended in pairs],
        span=end - begin,
        raised=sum(each.new == "ALARM" for each in known),
        lasted=sum(ended - began for now, began, ended in pairs if now == "ALARM"),
    )


def _stretch(state: str, began: float, ended: float, begin: float, end: float) -> LaneStretch:
    """A raise of a second is to be seen too: it is four units wide at least."""
    x = round((began - begin) / (end - begin) * WIDTH)
    return LaneStretch(state, min(x, WIDTH - 4), max(4, round((ended - began) / (end - begin) * WIDTH)))
