"""Shares of the scenarios: which process of pytest-xdist runs which of them, and in which order."""

from collections import OrderedDict
from dataclasses import dataclass, field

import pytest

from scenarios.xdist_scheduling import TopologyScheduling

HOLDS = "test_the_drill_holds"
STAYS = "test_the_incident_stays"
WORKS = "test_its_commands_work_as_written"
SHARES = {
    f"scenarios/test_drills.py::{HOLDS}[direct-backlog]": "direct drills",
    f"scenarios/test_drills.py::{HOLDS}[orchestrated-backlog]": "orchestrated",
    "scenarios/test_pipeline.py::test_a_duplicate_changes_nothing[direct]": "direct",
    "scenarios/test_pipeline.py::test_a_duplicate_changes_nothing[orchestrated]": "orchestrated",
    f"scenarios/test_incidents.py::{STAYS}[direct-endless_lease-expert]": "incidents expert",
    f"scenarios/test_incidents.py::{STAYS}[direct-endless_lease-other]": "incidents other",
    f"scenarios/test_runbooks.py::{WORKS}[direct-runbooks/backlog]": "runbooks",
    f"scenarios/test_runbooks.py::{WORKS}[direct-gamedays/schema_break]": "gamedays",
    f"scenarios/test_runbooks.py::{WORKS}[direct-docs/interview-notes]": "gamedays",
    "scenarios/console/test_pages.py::test_it_shows_itself_to_everyone[light-/logs]": "console",
    f"scenarios/files/test_drills.py::{HOLDS}[csv_burst]": "files drills",
    f"scenarios/files/test_incidents.py::{STAYS}[poison_file-expert]": "files",
}
IN_ORDER = [
    "orchestrated",
    "runbooks",
    "direct drills",
    "direct",
    "console",
    "incidents other",
    "incidents expert",
    "gamedays",
    "files",
    "files drills",
]


@dataclass(eq=False)
class _ShareProcess:
    """Stands for a process of xdist, which is told the places of its tests."""

    told: list[int] = field(default_factory=list)

    def send_runtest_some(self, places: list[int]) -> None:
        self.told += places


@pytest.fixture
def scheduling() -> TopologyScheduling:
    """Without what xdist makes of its own command line."""
    scheduling = TopologyScheduling.__new__(TopologyScheduling)
    scheduling.workqueue = OrderedDict()
    scheduling.assigned_work = {}
    scheduling.registered_collections = {}
    return scheduling


@pytest.mark.parametrize(("test", "share"), SHARES.items())
def test_a_scenario_has_its_share(scheduling: TopologyScheduling, test: str, share: str) -> None:
    assert scheduling._split_scope(test) == share


def test_the_longest_share_is_given_first_and_an_unknown_one_last(scheduling: TopologyScheduling) -> None:
    process = _ShareProcess()
    scheduling.registered_collections[process] = ["a test of nobody", *SHARES]
    for test in scheduling.registered_collections[process]:
        scheduling.workqueue.setdefault(scheduling._split_scope(test), {})[test] = False
    while scheduling.workqueue:
        scheduling._assign_work_unit(process)

    assert list(scheduling.assigned_work[process]) == [*IN_ORDER, "a test of nobody"]
    assert sorted(process.told) == list(range(len(SHARES) + 1))
