"""Redrive of an incident's files: also what comes to the DLQ while it goes on, and other files arrive."""

from collections.abc import Sequence

import pytest

from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.queue_depth import depth
from ops.lab.app.target import Target
from ops.lab.drill_parts.files import REDRIVE_FILES
from ops.lab.drills.scene import Scene
from tests.ops.files.conftest import bury

FILES = ["incoming/p/1.csv#v1", "incoming/p/2.csv#v1"]


def test_a_file_on_its_last_attempt_is_redriven_too(
    files_target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stands for the pipeline: what is redriven succeeds, and the second file is dead a moment later."""
    scene = Scene(files_target, started_at=0.0)
    for file in FILES:
        scene.ledger.accept(file, 0.0, 0.0)
    bury(files_target, FILES[:1])
    looks = 0

    def with_status(target: Target, files: Sequence[str], _status: FileStatus) -> int:
        nonlocal looks
        looks += 1
        if looks == 1:
            bury(target, FILES[1:])
        return depth(target, target.output("CsvQueueUrl")).visible

    monkeypatch.setattr("ops.lab.probes.files.with_status", with_status)

    assert REDRIVE_FILES.act(scene) == "2 files succeeded"
