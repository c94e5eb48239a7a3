"""Wait for the proof to hold, and record every line of it."""

import time

from ops.lab.drills.declaration import Drill
from ops.lab.drills.journal import CheckRecord, Phase
from ops.lab.drills.proof import Finding
from ops.lab.drills.recorder import Recorder
from ops.lab.drills.scene import Scene

_EVERY_SECONDS = 0.5


def prove(drill: Drill, scene: Scene, recorder: Recorder, *, patiently: bool) -> list[CheckRecord]:
    """Return the lines that do not hold. Without patience it is counted once, where waiting cannot help."""
    began = recorder.journal.now()
    within = drill.proof.within_seconds * scene.patience if patiently else 0.0
    while True:
        counted = drill.pipeline.account(scene)
        findings = counted.findings(drill.proof)
        if all(finding.met for finding in findings) or recorder.journal.now() - began >= within:
            break
        time.sleep(_EVERY_SECONDS)
    recorder.journal.proof = counted.counted()
    records = _records(findings, within, began, recorder.journal.now())
    for record in records:
        recorder.judged(record)
    return [record for record in records if not record.met]


def _records(findings: list[Finding], within: float, began: float, now: float) -> list[CheckRecord]:
    return [
        CheckRecord(
            phase=Phase.PROOF,
            title=finding.title,
            expected=str(finding.tolerance),
            within_seconds=within,
            met=finding.met,
            value=finding.value,
            at=now,
            seconds=round(now - began, 2),
        )
        for finding in findings
    ]
