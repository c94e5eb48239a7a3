"""Writes what happens into the journal, and tells the watcher of it at the same moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.aws_errors import as_command_error
from ops.lab.drills.journal import CheckRecord, Journal, Phase, PhaseRecord, StepRecord
from ops.lab.drills.watcher import Watcher
from ops.lab.errors import CommandError


@dataclass
class Told:
    """What a step says about itself once it is done."""

    detail: str = ""


class Recorder:
    """The one writer of a drill's journal, but for its series."""

    def __init__(self, journal: Journal, watcher: Watcher) -> None:
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
    def step(self, title: str) -> Iterator[Told]:
        """Record the block as a step, done or failed; raises what it raises."""
        begins, told = self.journal.now(), Told()
        self.watcher.doing(title)
        try:
            yield told
        except BaseException as error:
            self._did(title, begins, "failed", reason_of(error))
            raise
        self._did(title, begins, "done", told.detail)

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


def reason_of(error: BaseException) -> str:
    """An error in one line, with what to do about it where that is known."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, BotoCoreError | ClientError):
        error = as_command_error(error)
    if isinstance(error, CommandError):
        return f"{error} ({error.hint})" if error.hint else str(error)
    return f"{type(error).__name__}: {error}"
