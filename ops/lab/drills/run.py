"""Run of a drill: phase after phase, checks and proof until they hold or time is over, rollback always.

Everything goes into the journal.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from ops.lab.drills.declaration import (
    Drill,
    DrillCheck,
    DrilledPipeline,
    DrillStep,
    DrillVerdict,
    ReversibleChange,
    Value,
)
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, Recorder, Watcher, reason_of
from ops.lab.drills.scene import Scene
from ops.lab.waiting import eventually

_EVERY_SECONDS = 0.5
# Of messages that the drill left behind: two deliveries more, at the longest visibility timeout of a drill.
DRAIN_WITHIN_SECONDS = 60.0


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
        self._rollback = Rollback(drill.pipeline, scene, self._recorder)

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
            missed = PhaseChecks(self._scene, self._recorder).judge(checks)
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
            failed = self._rollback.carry_out(self._drill.rollback)
            if failed is not None:
                self._journal.conclude(DrillVerdict.INCONCLUSIVE, f"rollback: {reason_of(failed)}")
        finally:
            self._recorder.leave()
            self._journal.seconds = self._journal.now()
            self._journal.refused = self._scene.ledger.refused
            self._journal.ledger = [asdict(entry) for entry in self._scene.ledger.accepted]
            self._recorder.watcher.ended()


class PhaseChecks:
    """The checks of one phase, watched at once until each is met or its time is over.

    All their clocks start together, since what they look for happens together.
    """

    def __init__(self, scene: Scene, recorder: Recorder) -> None:
        self._scene = scene
        self._recorder = recorder
        self._began = recorder.journal.now()

    def judge(self, checks: Sequence[DrillCheck]) -> list[CheckRecord]:
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


class Rollback:
    """The changes of a drill, as its steps report them. All are put back, the last one first."""

    def __init__(self, pipeline: DrilledPipeline, scene: Scene, recorder: Recorder) -> None:
        self._pipeline = pipeline
        self._scene = scene
        self._recorder = recorder
        self._changes: list[ReversibleChange] = []

    def remember(self, change: ReversibleChange) -> None:
        self._changes.append(change)

    def carry_out(self, declared: Sequence[DrillStep]) -> BaseException | None:
        """Try every step; return the first error. Each is in the journal with its own."""
        first: BaseException | None = None
        for title, act in self._steps(declared):
            try:
                with self._recorder.step(title):
                    act()
            except Exception as error:
                first = first or error
        return first

    def _steps(self, declared: Sequence[DrillStep]) -> Iterator[tuple[str, Callable[[], object]]]:
        for change in reversed(self._changes):
            yield f"take back: {change.what}", change.restore
        for step in declared:
            yield step.title, lambda step=step: step.act(self._scene)  # type: ignore[misc]
        if self._scene.ledger.keys:
            yield "let the queue drain", self._drain
            yield "delete this drill's dead letters", self._delete_dead_letters

    def _drain(self) -> None:
        eventually(
            lambda: self._pipeline.in_queue(self._scene.target),
            within=DRAIN_WITHIN_SECONDS * self._scene.patience,
            until=lambda depth: depth.total == 0,
            what="an empty queue",
        )

    def _delete_dead_letters(self) -> None:
        if self._pipeline.in_dlq(self._scene.target).total:
            self._pipeline.delete_dead_letters(self._scene)
