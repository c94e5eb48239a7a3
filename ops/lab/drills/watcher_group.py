"""Group of watchers: each is told of everything, in the order in which they were given."""

from ops.lab.drills.declaration import DrillCheck, Value
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, StepRecord
from ops.lab.drills.watcher import Watcher


class WatcherGroup(Watcher):
    """Several watchers in the place of one."""

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def began(self, journal: DrillJournal) -> None:
        for each in self._watchers:
            each.began(journal)

    def phase(self, phase: Phase) -> None:
        for each in self._watchers:
            each.phase(phase)

    def doing(self, title: str) -> None:
        for each in self._watchers:
            each.doing(title)

    def did(self, record: StepRecord) -> None:
        for each in self._watchers:
            each.did(record)

    def looking(self, check: DrillCheck, value: Value, seconds_left: float) -> None:
        for each in self._watchers:
            each.looking(check, value, seconds_left)

    def judged(self, record: CheckRecord) -> None:
        for each in self._watchers:
            each.judged(record)

    def ended(self) -> None:
        for each in self._watchers:
            each.ended()
