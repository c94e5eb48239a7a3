"""Every drill of the files pipeline holds; tests/ops/files/test_drill_proof.py shows how its checks fail."""

import pytest

from ops.lab.drills import catalog
from ops.lab.drills.files.pipeline import FILES
from ops.lab.drills.verdict import Verdict
from scenarios.drill_ground import DrillGround, told


@pytest.mark.parametrize("name", catalog.names_of(FILES))
def test_the_drill_holds(name: str, drills: DrillGround) -> None:
    journal = drills.carry_out(name)
    assert journal.verdict is Verdict.HELD, told(journal)
