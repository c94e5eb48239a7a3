"""Drills are found by their names, and every declaration in the repository is sound."""

import pytest

from ops.lab.drills import catalog
from ops.lab.errors import Refused


@pytest.mark.parametrize("name", catalog.names())
def test_a_drill_declares_all_that_it_takes(name: str) -> None:
    drill = catalog.load(name)
    for part in (drill.hypothesis, drill.method, drill.observations, drill.repair, drill.recovery):
        assert part, name
    for phase in (drill.hypothesis, drill.observations, drill.recovery):
        titles = [check.title for check in phase]
        assert len(titles) == len(set(titles)), titles
    assert 0 < drill.minutes <= 5


def test_an_unknown_drill_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Refused) as caught:
        catalog.load("no_such_drill")
    assert "poison_payload" in caught.value.hint


def test_shared_parts_are_no_drills() -> None:
    assert not [name for name in catalog.names() if name.startswith("_")]
