"""Every drill of the files pipeline holds; tests/ops/files/test_drill_proof.py shows how its checks fail."""

import pytest

from ops.lab.drills import catalog
from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.files_pipeline import FILES
from scenarios.drill_ground import DrillGround, told


@pytest.mark.parametrize("name", catalog.names_of(FILES))
def test_the_drill_holds(name: str, drills: DrillGround) -> None:
    journal = drills.carry_out(name)
    assert journal.verdict is DrillVerdict.HELD, told(journal)
