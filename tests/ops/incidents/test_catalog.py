"""Incidents are found by their names, drawn by a seed, and each declaration is sound and keeps its secret."""

import pytest

from ops.lab.drills.files_pipeline import FILES
from ops.lab.errors import Refused
from ops.lab.incidents import catalog
from ops.lab.incidents.declaration import Incident
from ops.lab.repository import REPOSITORY


@pytest.mark.parametrize("name", catalog.names())
def test_every_declaration_is_sound(name: str) -> None:
    incident = catalog.load(name)
    assert incident.breaks, name
    assert all(repair.commands and repair.steps for repair in incident.repairs)
    assert (REPOSITORY / "ops" / "runbooks" / incident.runbook).is_file()
    assert len({repair.title for repair in incident.repairs}) == len(incident.repairs)


@pytest.mark.parametrize("name", catalog.names())
def test_what_an_attendee_reads_names_no_incident(name: str) -> None:
    incident = catalog.load(name)
    told = " ".join([*vars(incident.ticket).values(), *(check.title for check in incident.health)]).lower()
    assert name not in told
    assert name.replace("_", " ") not in told


def test_a_seed_draws_the_same_one_again() -> None:
    drawn = [catalog.choose(seed).name for seed in range(20)]
    assert drawn == [catalog.choose(seed).name for seed in range(20)]
    assert set(drawn) <= set(catalog.names())


def test_neighbouring_seeds_draw_each_once_before_one_comes_again() -> None:
    number = len(catalog.names())
    assert sorted(catalog.choose(seed).name for seed in range(number, 2 * number)) == catalog.names()


def test_a_level_is_heeded(monkeypatch: pytest.MonkeyPatch, declared: Incident) -> None:
    monkeypatch.setattr(catalog, "load_all", lambda: [declared])
    assert catalog.choose(1, level=2) is declared
    with pytest.raises(Refused, match="level 3"):
        catalog.choose(1, level=3)


def test_what_is_not_deployed_is_not_drawn(monkeypatch: pytest.MonkeyPatch, declared: Incident) -> None:
    monkeypatch.setattr(catalog, "load_all", lambda: [declared])
    assert catalog.choose(1, without=[FILES]) is declared
    with pytest.raises(Refused):
        catalog.choose(1, without=[declared.pipeline])


def test_an_unknown_name_is_refused_without_telling_the_others() -> None:
    with pytest.raises(Refused) as caught:
        catalog.load("no_such_incident")
    assert not [name for name in catalog.names() if name in str(caught.value) + caught.value.hint]
