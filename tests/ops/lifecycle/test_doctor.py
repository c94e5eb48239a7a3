"""Doctor: what it says of the stacks."""

import pytest

from ops.lab.app.stacks import Stacks
from ops.lab.app.target import Target
from ops.lab.lifecycle import doctor
from ops.lab.local.running_lab import RunningLab

LAB = RunningLab(pid=7, port=9, log_path="/log", env_name="lab", context={"envName": "lab"})
QUEUE = "IngestionLab-lab-Queue"


def _findings(monkeypatch: pytest.MonkeyPatch, held: list[str], **statuses: str) -> list[doctor.Diagnosis]:
    named = {name.replace("_", "-"): status for name, status in statuses.items()}
    monkeypatch.setattr(Target, "stacks", lambda _: Stacks("lab", named, {}))
    monkeypatch.setattr(doctor, "holdings", lambda *_: held)
    return list(doctor.diagnosed_stacks(LAB))


def test_stacks_that_can_be_updated_are_well(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = _findings(
        monkeypatch,
        ["Table"],
        IngestionLab_lab_Queue="UPDATE_ROLLBACK_COMPLETE",
        IngestionLab_lab_Api="CREATE_COMPLETE",
    )
    assert (finding.well, finding.seen) == (True, "all 2 can be updated")


def test_a_lab_without_the_app_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = _findings(monkeypatch, [])
    assert (finding.well, finding.remedy) == (False, "lab up")


@pytest.mark.parametrize(
    ("status", "held", "remedy"),
    [
        ("ROLLBACK_COMPLETE", [], "lab up replaces it"),
        ("DELETE_FAILED", ["Bucket"], "lab up --fresh"),
        ("UPDATE_ROLLBACK_FAILED", [], "lab up --fresh"),
        ("UPDATE_IN_PROGRESS", ["Table"], "wait until"),
    ],
)
def test_a_broken_stack_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, status: str, held: list[str], remedy: str
) -> None:
    (finding,) = _findings(
        monkeypatch, held, IngestionLab_lab_Queue=status, IngestionLab_lab_Api="CREATE_COMPLETE"
    )
    assert not finding.well
    assert finding.seen == f"{QUEUE} is {status}"
    assert remedy in finding.remedy
