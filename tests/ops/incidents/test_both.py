"""Both of two incidents at once: all of either, the experts' ways together."""

import pytest

from ops.lab.drills.files_pipeline import FILES
from ops.lab.incidents import catalog
from ops.lab.incidents.both import both
from ops.lab.incidents.declaration import Incident, Ticket

TICKET = Ticket("Somebody", "Nothing works", "Please look.")
FIRST, SECOND = catalog.load("no_concurrency"), catalog.load("nobody_is_told")


def composed(first: Incident = FIRST, second: Incident = SECOND) -> Incident:
    return both(first, second, name="composed", title="Two causes", ticket=TICKET)


def test_it_breaks_heals_and_watches_what_both_do() -> None:
    made = composed()

    assert (made.name, made.level, made.ticket) == ("composed", 3, TICKET)
    assert made.breaks == FIRST.breaks + SECOND.breaks
    assert made.health == FIRST.health + SECOND.health
    assert made.repairs[0].steps == FIRST.repairs[0].steps + SECOND.repairs[0].steps
    assert made.repairs[1].commands == FIRST.repairs[1].commands + SECOND.repairs[1].commands
    assert FIRST.cause in made.cause
    assert SECOND.cause in made.cause
    assert {*FIRST.hints, *SECOND.hints} < {*made.hints}


def test_two_pipelines_are_no_incident() -> None:
    files = next(each for each in catalog.load_all() if each.pipeline is FILES)
    with pytest.raises(ValueError, match="two pipelines"):
        composed(FIRST, files)
