"""Wait for the proof to hold, and record every line of it."""

import time
from dataclasses import asdict

from ops.lab.drills.accounting import Accounting, account
from ops.lab.drills.declaration import Proof
from ops.lab.drills.journal import CheckRecord, Phase
from ops.lab.drills.recorder import Recorder
from ops.lab.drills.scene import Scene

_EVERY_SECONDS = 0.5


def prove(proof: Proof, scene: Scene, recorder: Recorder, *, patiently: bool) -> list[CheckRecord]:
    """Return the lines that do not hold. Without patience it is counted once, where waiting cannot help."""
    began = recorder.journal.now()
    within = proof.within_seconds * scene.patience if patiently else 0.0
    counted = account(scene)
    while not counted.holds(proof) and recorder.journal.now() - began < within:
        time.sleep(_EVERY_SECONDS)
        counted = account(scene)
    recorder.journal.proof = asdict(counted)
    records = _records(counted, proof, within, began, recorder.journal.now())
    for record in records:
        recorder.judged(record)
    return [record for record in records if not record.met]


def _records(counted: Accounting, proof: Proof, within: float, began: float, now: float) -> list[CheckRecord]:
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
        for finding in counted.findings(proof)
    ]
