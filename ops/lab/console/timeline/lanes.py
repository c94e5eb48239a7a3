"""Lanes of alarms: the states of each over a span, from its history."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ops.lab.app.target import Target
from ops.lab.probes import alarm_history, alarms
from ops.lab.probes.alarm_history import AlarmEvent

# A change whose states are not told.
_UNKNOWN = "INSUFFICIENT_DATA"
# A stretch of which no change tells: `lab reset` takes the history away, and the alarm is another afterwards.
GAP = "GAP"
# A change may be written a little after it has happened.
_LATENESS = 30.0
# More than a chart of a day can show.
_MOST_CHANGES = 10_000


@dataclass(frozen=True)
class TimelineLane:
    """`states` begin at epoch seconds, the first where the span does; the last one lasts until now, when the
    alarm is as `now` says."""

    alarm: str
    states: tuple[tuple[float, str], ...]
    now: str

    @property
    def noteworthy(self) -> bool:
        """Whether it was raised at any time. One that was deployed in the span has only become OK."""
        return any(state == "ALARM" for _, state in self.states)


class AlarmHistory:
    """Changes of the app's alarms, by its own names, over `seconds` up to now; then it reads what is new."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changes: set[AlarmEvent] = set()
        self._read_until: float | None = None

    def read(self, target: Target, now: float) -> list[AlarmEvent]:
        """One call of DescribeAlarmHistory for all alarms, in pages of 100; the oldest change first."""
        begin = now - self._seconds
        start = begin if self._read_until is None else max(begin, self._read_until - _LATENESS)
        shown = {target.output(f"{name}AlarmName"): name for name in alarms.names(target)}
        found = alarm_history.state_changes(target, start, most=_MOST_CHANGES)
        self._changes |= {replace(each, alarm=shown[each.alarm]) for each in found if each.alarm in shown}
        self._changes = {change for change in self._changes if change.at >= begin}
        self._read_until = now
        return sorted(self._changes)


def lanes(changes: Sequence[AlarmEvent], now: Mapping[str, str], begin: float) -> list[TimelineLane]:
    """A lane for each alarm of `now` (states by name), by name. Without a change it was always as it is."""
    found = []
    for alarm, state in sorted(now.items()):
        own = [change for change in changes if change.alarm == alarm and change.at >= begin]
        first = (own[0].old or _UNKNOWN) if own else state
        nexts = [*(change.old for change in own[1:]), state][: len(own)]
        known = (each for change, after in zip(own, nexts, strict=True) for each in _from(change, after))
        found.append(TimelineLane(alarm, ((begin, first), *known), state))
    return found


def _from(change: AlarmEvent, after: str) -> Iterator[tuple[float, str]]:
    """What the alarm was from this change on; until when is unknown where what came `after` was another."""
    yield change.at, change.new or _UNKNOWN
    if change.new and after and change.new != after:
        yield change.at, GAP
