"""Every drill holds; and where its repair is left out, it does not."""

import pytest

from ops.lab.drills import catalog
from ops.lab.drills.journal import Journal
from ops.lab.drills.verdict import Verdict
from scenarios.drill_ground import DrillGround


@pytest.mark.parametrize("name", catalog.names())
def test_the_drill_holds(name: str, drills: DrillGround) -> None:
    journal = drills.carry_out(name)
    assert journal.verdict is Verdict.HELD, _told(journal)


@pytest.mark.one_topology  # it is the checks that are shown to fail, and they are the same
def test_without_its_repair_a_drill_is_violated(drills: DrillGround) -> None:
    journal = drills.carry_out("poison_payload", without_repair=True)
    assert journal.verdict is Verdict.VIOLATED, _told(journal)
    missed = {record.title for record in journal.missed}
    assert missed >= {"alarm DlqDepth", "accepted keys that have not succeeded", "messages left in the DLQ"}


def _told(journal: Journal) -> str:
    """The reason first, then every check that was missed."""
    missed = [record.complaint for record in journal.missed]
    return "\n".join([f"{journal.verdict}: {journal.reason}", *missed])
