"""Carry a drill out: phase after phase, everything into the journal, rollback always."""

from collections.abc import Sequence
from dataclasses import asdict

from ops.lab.actions.change import Change
from ops.lab.drills.checking import Checking
from ops.lab.drills.declaration import Check, Drill, Step
from ops.lab.drills.journal import CheckRecord, Journal, Phase
from ops.lab.drills.proving import prove
from ops.lab.drills.recorder import Recorder, reason_of
from ops.lab.drills.rollback import Rollback
from ops.lab.drills.scene import Scene
from ops.lab.drills.verdict import Verdict
from ops.lab.drills.watcher import Watcher


class DrillRun:
    """One drill on one scene. `carry_out` may be called once; the journal is complete whatever it raises."""

    def __init__(
        self,
        drill: Drill,
        scene: Scene,
        journal: Journal,
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

    def carry_out(self) -> Verdict:
        """Return the verdict. Only what is no Exception, such as Ctrl-C, is raised, after the rollback."""
        self._recorder.watcher.began(self._journal)
        try:
            self._phases()
        except BaseException as error:
            self._journal.conclude(Verdict.INCONCLUSIVE, reason_of(error))
            if not isinstance(error, Exception):
                raise
        finally:
            self._end()
        return self._journal.verdict

    def _phases(self) -> None:
        drill = self._drill
        if not self._check(Phase.STEADY_BEFORE, drill.hypothesis, if_missed=Verdict.INCONCLUSIVE):
            return
        self._do(Phase.METHOD, drill.method)
        self._check(Phase.OBSERVATIONS, drill.observations)
        self._repair(drill.repair)
        recovered = self._check(Phase.RECOVERY, drill.recovery)
        self._prove(patiently=recovered and not self._without_repair)
        if self._journal.verdict is Verdict.HELD:
            self._check(Phase.STEADY_AFTER, drill.hypothesis)

    def _check(self, phase: Phase, checks: Sequence[Check], if_missed: Verdict = Verdict.VIOLATED) -> bool:
        """Whether all were met."""
        if checks:
            self._recorder.enter(phase)
            missed = Checking(self._scene, self._recorder).judge(checks)
            self._conclude(missed, if_missed)
            return not missed
        return True

    def _do(self, phase: Phase, steps: Sequence[Step]) -> None:
        self._recorder.enter(phase)
        for step in steps:
            with self._recorder.step(step.title) as told:
                came_of_it = step.act(self._scene)
                if isinstance(came_of_it, Change):
                    self._rollback.remember(came_of_it)
                told.detail = str(came_of_it or "")

    def _repair(self, steps: Sequence[Step]) -> None:
        if not self._without_repair:
            self._do(Phase.REPAIR, steps)
            return
        self._recorder.enter(Phase.REPAIR)
        for step in steps:
            self._recorder.left_out(step.title)

    def _prove(self, *, patiently: bool) -> None:
        self._recorder.enter(Phase.PROOF)
        missed = prove(self._drill, self._scene, self._recorder, patiently=patiently)
        self._conclude(missed, Verdict.VIOLATED)

    def _conclude(self, missed: Sequence[CheckRecord], verdict: Verdict) -> None:
        for record in missed:
            self._journal.conclude(verdict, record.complaint)

    def _end(self) -> None:
        self._recorder.enter(Phase.ROLLBACK)
        try:
            failed = self._rollback.carry_out(self._drill.rollback)
            if failed is not None:
                self._journal.conclude(Verdict.INCONCLUSIVE, f"rollback: {reason_of(failed)}")
        finally:
            self._recorder.leave()
            self._journal.seconds = self._journal.now()
            self._journal.refused = self._scene.ledger.refused
            self._journal.ledger = [asdict(entry) for entry in self._scene.ledger.accepted]
            self._recorder.watcher.ended()
