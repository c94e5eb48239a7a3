"""Every drill of the ingestion pipeline holds; and where its repair is left out, it does not."""

import pytest

from ops.lab.drills import catalog
from ops.lab.drills.ingestion.pipeline import INGESTION
from ops.lab.drills.verdict import Verdict
from scenarios.drill_ground import DrillGround, told


@pytest.mark.parametrize("name", catalog.names_of(INGESTION))
def test_the_drill_holds(name: str, drills: DrillGround) -> None:
    journal = drills.carry_out(name)
    assert journal.verdict is Verdict.HELD, told(journal)


@pytest.mark.one_topology  # it is the checks that are shown to fail, and they are the same
def test_without_its_repair_a_drill_is_violated(drills: DrillGround) -> None:
    journal = drills.carry_out("poison_payload", without_repair=True)
    assert journal.verdict is Verdict.VIOLATED, told(journal)
    missed = {record.title for record in journal.missed}
    assert missed >= {"alarm DlqDepth", "accepted keys that have not succeeded", "messages left in the DLQ"}
