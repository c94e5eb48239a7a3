"""Every incident of the ingestion pipeline shows, stays until it is repaired, and is over by each way."""

import pytest

from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents import catalog
from scenarios.incident_ground import IncidentGround


@pytest.mark.one_topology  # what an attendee has: as `lab up` deploys it
@pytest.mark.parametrize("way", [0, 1], ids=["expert", "other"])
@pytest.mark.parametrize("name", catalog.names_of(INGESTION))
def test_the_incident_stays_until_it_is_repaired_and_then_nothing_is_lost(
    name: str, way: int, incidents: IncidentGround
) -> None:
    incidents.assert_over_only_by(name, way)
