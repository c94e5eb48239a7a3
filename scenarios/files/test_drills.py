"""Every drill of the files pipeline holds; and where its repair is left out, it does not."""

import pytest

from ops.lab.drills import catalog
from ops.lab.drills.files.pipeline import FILES
from ops.lab.drills.verdict import Verdict
from scenarios.drill_ground import DrillGround, told


@pytest.mark.parametrize("name", catalog.names_of(FILES))
def test_the_drill_holds(name: str, drills: DrillGround) -> None:
    journal = drills.carry_out(name)
    assert journal.verdict is Verdict.HELD, told(journal)


def test_without_its_repair_a_poison_file_stays_in_the_dlq(drills: DrillGround) -> None:
    journal = drills.carry_out("csv_poison_file", without_repair=True)
    assert journal.verdict is Verdict.VIOLATED, told(journal)
    missed = {record.title for record in journal.missed}
    assert missed >= {"alarm CsvDlqDepth", "files SUCCEEDED", "messages left in the DLQ"}
