"""Run of a drill: phase after phase, checks and proof until they hold or time is over, rollback always.

Everything goes into the journal.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from ops.lab.app.aws_errors import reason_of
from ops.lab.drills.declaration import (
    Drill,
    DrillCheck,
    DrillStep,
    DrillVerdict,
    ReversibleChange,
    Value,
)
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase
from ops.lab.drills.recorder import Recorder
from ops.lab.drills.rollback import Rollback
from ops.lab.drills.scene import Scene
from ops.lab.drills.watcher import Watcher

_EVERY_SECONDS = 0.5


class DrillRun:
    """One drill on one scene. `carry_out` may be called once; the journal is complete whatever it raises."""

    def __init__(
        self,
        drill: Drill,
        scene: Scene,
        journal: DrillJournal,
        *,
        watcher: Watcher | None = None,
        without_repair: bool = False,
    ) -> None:
        self._drill = drill
        self._scene = scene
        self._journal = journal
        self._without_repair = without_repair
        self._recorder = Recorder(journal, watcher or Watcher())
        self._rollback = Rollback(drill.pipeline, scene)

    def carry_out(self) -> DrillVerdict:
        """Return the verdict. Only what is no Exception, such as Ctrl-C, is raised, after the rollback."""
        self._recorder.watcher.began(self._journal)
        try:
            self._phases()
        except BaseException as error:
            self._journal.conclude(DrillVerdict.INCONCLUSIVE, reason_of(error))
            if not isinstance(error, Exception):
                raise
        finally:
            self._end()
        return self._journal.verdict

    def _phases(self) -> None:
        drill = self._drill
        if not self._check(Phase.STEADY_BEFORE, drill.hypothesis, if_missed=DrillVerdict.INCONCLUSIVE):
            return
        self._do(Phase.METHOD, drill.method)
        self._check(Phase.OBSERVATIONS, drill.observations)
        self._repair(drill.repair)
        recovered = self._check(Phase.RECOVERY, drill.recovery)
        self._prove(patiently=recovered and not self._without_repair)
        if self._journal.verdict is DrillVerdict.HELD:
            self._check(Phase.STEADY_AFTER, drill.hypothesis)

    def _check(
        self, phase: Phase, checks: Sequence[DrillCheck], if_missed: DrillVerdict = DrillVerdict.VIOLATED
    ) -> bool:
        """Whether all were met."""
        if checks:
            self._recorder.enter(phase)
            # A drill that does not begin need not wait for the rest: it says all that is amiss now.
            first_miss_ends = phase is Phase.STEADY_BEFORE
            missed = PhaseChecks(self._scene, self._recorder).judge(checks, first_miss_ends=first_miss_ends)
            self._conclude(missed, if_missed)
            return not missed
        return True

    def _do(self, phase: Phase, steps: Sequence[DrillStep]) -> None:
        self._recorder.enter(phase)
        for step in steps:
            with self._recorder.step(step.title) as detail:
                result = step.act(self._scene)
                if isinstance(result, ReversibleChange):
                    self._rollback.remember(result)
                detail.text = str(result or "")

    def _repair(self, steps: Sequence[DrillStep]) -> None:
        if not self._without_repair:
            self._do(Phase.REPAIR, steps)
            return
        self._recorder.enter(Phase.REPAIR)
        for step in steps:
            self._recorder.left_out(step.title)

    def _prove(self, *, patiently: bool) -> None:
        self._recorder.enter(Phase.PROOF)
        missed = prove(self._drill, self._scene, self._recorder, patiently=patiently)
        self._conclude(missed, DrillVerdict.VIOLATED)

    def _conclude(self, missed: Sequence[CheckRecord], verdict: DrillVerdict) -> None:
        for record in missed:
            self._journal.conclude(verdict, record.complaint)

    def _end(self) -> None:
        self._recorder.enter(Phase.ROLLBACK)
        try:
            self._roll_back()
        finally:
            self._recorder.leave()
            self._journal.seconds = self._journal.now()
            self._journal.refused = self._scene.ledger.refused
            self._journal.ledger = [asdict(entry) for entry in self._scene.ledger.accepted]
            self._recorder.watcher.ended()

    def _roll_back(self) -> None:
        """Try every step, each in the journal with its own error; the first one makes the verdict."""
        declared = [(step.title, partial(step.act, self._scene)) for step in self._drill.rollback]
        for title, act in self._rollback.steps(declared):
            try:
                with self._recorder.step(title):
                    act()
            except Exception as error:
                self._journal.conclude(DrillVerdict.INCONCLUSIVE, f"rollback: {reason_of(error)}")


class PhaseChecks:
    """The checks of one phase, watched at once until each is met or its time is over.

    All their clocks start together, since what they look for happens together.
    """

    def __init__(self, scene: Scene, recorder: Recorder) -> None:
        self._scene = scene
        self._recorder = recorder
        self._began = recorder.journal.now()

    def judge(self, checks: Sequence[DrillCheck], *, first_miss_ends: bool = False) -> list[CheckRecord]:
        """Return those missed once all are judged. What a probe raises is raised: then nothing was seen.

        With `first_miss_ends` the others are looked at once more when one is missed, and wait no longer.
        """
        pending = [check for check in checks if not self._left_out(check)]
        missed: list[CheckRecord] = []
        while pending:
            waiting = []
            for check in pending:
                value = check.probe(self._scene)
                if check.tolerance.accepts(value):
                    self._record(check, met=True, value=value)
                elif self._seconds_left(check) <= 0 or (first_miss_ends and missed):
                    missed.append(self._record(check, met=False, value=value))
                else:
                    self._recorder.watcher.looking(check, value, self._seconds_left(check))
                    waiting.append(check)
            pending = waiting
            if pending:
                time.sleep(_EVERY_SECONDS)
        return missed

    def _left_out(self, check: DrillCheck) -> bool:
        if check.on_aws or not self._scene.on_aws:
            return False
        self._record(check, met=None, value=None)
        return True

    def _seconds_left(self, check: DrillCheck) -> float:
        return check.within_seconds * self._scene.patience - (self._recorder.journal.now() - self._began)

    def _record(self, check: DrillCheck, *, met: bool | None, value: Value | None) -> CheckRecord:
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


def prove(drill: Drill, scene: Scene, recorder: Recorder, *, patiently: bool) -> list[CheckRecord]:
    """Wait for the proof to hold, record every line of it, and return those that do not hold.

    Without patience it is counted once, where waiting cannot help.
    """
    began = recorder.journal.now()
    within = drill.proof.within_seconds * scene.patience if patiently else 0.0
    while True:
        counted = drill.pipeline.account(scene)
        lines = counted.lines(drill.proof)
        if all(line.met for line in lines) or recorder.journal.now() - began >= within:
            break
        time.sleep(_EVERY_SECONDS)
    recorder.journal.proof = counted.counted()
    now = recorder.journal.now()
    seconds = round(now - began, 2)
    records = [
        CheckRecord(Phase.PROOF, line.title, str(line.tolerance), within, line.met, line.value, now, seconds)
        for line in lines
    ]
    for record in records:
        recorder.judged(record)
    return [record for record in records if not record.met]
