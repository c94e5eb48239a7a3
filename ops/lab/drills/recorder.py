"""Recorder of a drill: the one writer of its journal while it runs, but for the series of the sampler."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ops.lab.app.aws_errors import reason_of
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, PhaseRecord, StepRecord
from ops.lab.drills.watcher import Watcher


@dataclass
class StepDetail:
    """What a step says about itself once it is done."""

    text: str = ""


class Recorder:
    """The one writer of a drill's journal, but for its series. Tells the watcher at the same moment."""

    def __init__(self, journal: DrillJournal, watcher: Watcher) -> None:
        self.journal = journal
        self.watcher = watcher

    @property
    def phase(self) -> Phase:
        return self.journal.phases[-1].name

    def enter(self, phase: Phase) -> None:
        """End the phase that was and begin this one."""
        self.leave()
        self.journal.phases.append(PhaseRecord(phase, self.journal.now()))
        self.watcher.phase(phase)

    def leave(self) -> None:
        """End the last phase."""
        if self.journal.phases:
            self.journal.phases[-1].ends = self.journal.now()

    @contextmanager
    def step(self, title: str) -> Iterator[StepDetail]:
        """Record the block as a step, done or failed; raises what it raises."""
        begins, detail = self.journal.now(), StepDetail()
        self.watcher.doing(title)
        try:
            yield detail
        except BaseException as error:
            self._did(title, begins, "failed", reason_of(error))
            raise
        self._did(title, begins, "done", detail.text)

    def left_out(self, title: str) -> None:
        """Record a step that is declared and not done."""
        self._did(title, self.journal.now(), "left out", "")

    def judged(self, record: CheckRecord) -> None:
        self.journal.checks.append(record)
        self.watcher.judged(record)

    def _did(self, title: str, begins: float, outcome: str, detail: str) -> None:
        record = StepRecord(self.phase, title, begins, self.journal.now(), outcome, detail)
        self.journal.steps.append(record)
        self.watcher.did(record)
