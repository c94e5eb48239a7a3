"""Watch several checks at once until each is met or its time is over."""

import time
from collections.abc import Sequence

from ops.lab.drills.declaration import Check
from ops.lab.drills.journal import CheckRecord
from ops.lab.drills.recorder import Recorder
from ops.lab.drills.scene import Scene
from ops.lab.drills.tolerance import Value

_EVERY_SECONDS = 0.5


class Checking:
    """The checks of one phase. All their clocks start together, since what they look for happens together."""

    def __init__(self, scene: Scene, recorder: Recorder) -> None:
        self._scene = scene
        self._recorder = recorder
        self._began = recorder.journal.now()

    def judge(self, checks: Sequence[Check]) -> list[CheckRecord]:
        """Return those missed once all are judged. What a probe raises is raised: then nothing was seen."""
        pending = [check for check in checks if not self._left_out(check)]
        missed: list[CheckRecord] = []
        while pending:
            waiting = []
            for check in pending:
                value = check.probe(self._scene)
                if check.tolerance.accepts(value):
                    self._record(check, met=True, value=value)
                elif self._seconds_left(check) <= 0:
                    missed.append(self._record(check, met=False, value=value))
                else:
                    self._recorder.watcher.looking(check, value, self._seconds_left(check))
                    waiting.append(check)
            pending = waiting
            if pending:
                time.sleep(_EVERY_SECONDS)
        return missed

    def _left_out(self, check: Check) -> bool:
        if check.on_aws or not self._scene.on_aws:
            return False
        self._record(check, met=None, value=None)
        return True

    def _seconds_left(self, check: Check) -> float:
        return check.within_seconds * self._scene.patience - (self._recorder.journal.now() - self._began)

    def _record(self, check: Check, *, met: bool | None, value: Value | None) -> CheckRecord:
        at = self._recorder.journal.now()
        record = CheckRecord(
            phase=self._recorder.phase,
            title=check.title,
            expected=str(check.tolerance),
            within_seconds=check.within_seconds * self._scene.patience,
            met=met,
            value=value,
            at=at,
            seconds=round(at - self._began, 2),
            hint=check.hint,
        )
        self._recorder.judged(record)
        return record
