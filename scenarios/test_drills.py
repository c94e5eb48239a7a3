"""Every drill holds; and where its repair is left out, it does not."""

import pytest

from ops.lab.drills import catalog
from ops.lab.drills.verdict import Verdict
from scenarios.drill_ground import DrillGround


@pytest.mark.parametrize("name", catalog.names())
def test_the_drill_holds(name: str, drills: DrillGround) -> None:
    journal = drills.carry_out(name)
    assert journal.verdict is Verdict.HELD, journal.reason


def test_without_its_repair_a_drill_is_violated(drills: DrillGround) -> None:
    journal = drills.carry_out("poison_payload", without_repair=True)
    assert journal.verdict is Verdict.VIOLATED, journal.reason
    missed = {record.title for record in journal.missed}
    assert missed >= {"alarm DlqDepth", "accepted keys that have not succeeded", "messages left in the DLQ"}
