"""Every drill of the ingestion pipeline holds; and where its repair is left out, it does not."""

import pytest

from ops.lab.drills import catalog
from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.ingestion_pipeline import INGESTION
from scenarios.drill_ground import DrillGround, told


@pytest.mark.parametrize("name", catalog.names_of(INGESTION))
def test_the_drill_holds(name: str, drills: DrillGround) -> None:
    journal = drills.carry_out(name)
    assert journal.verdict is DrillVerdict.HELD, told(journal)


@pytest.mark.one_topology  # it is the checks that are shown to fail, and they are the same
def test_without_its_repair_a_drill_is_violated(drills: DrillGround) -> None:
    journal = drills.carry_out("poison_payload", without_repair=True)
    assert journal.verdict is DrillVerdict.VIOLATED, told(journal)
    missed = {record.title for record in journal.missed}
    assert missed >= {"alarm DlqDepth", "accepted keys that have not succeeded", "messages left in the DLQ"}
