"""`lab incident` on a deployed app: it breaks, tells nobody what, sees the repair, and can be abandoned."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ops.lab.actions import event_source
from ops.lab.app import queue_depth, worker_mapping
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents import catalog, incident_process
from ops.lab.incidents.card import IncidentOutcome, from_json
from ops.lab.local.directory import LabDirectory
from ops.lab.waiting import eventually
from scenarios.incident_ground import IncidentGround
from scenarios.incident_traces import texts_of_folder, texts_of_process, traces

_NAME = "mapping_disabled"
# On a machine that several emulators share.
_WITHIN_SECONDS = 240.0
# Three such waits in a row, each of which says what did not happen.
pytestmark = pytest.mark.timeout(4 * _WITHIN_SECONDS, func_only=True)

Lab = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def lab(incidents: IncidentGround, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Run `lab` where the emulator's port is the lab's. A fresh folder; what runs at the end is abandoned."""
    monkeypatch.setenv("LAB_PORT", str(urlsplit(incidents.target.endpoint or "").port))
    monkeypatch.setenv("LAB_DIR", str(tmp_path / "lab"))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([programs / "lab", *arguments], capture_output=True, text=True, timeout=600)

    return run


def _check_and_redrive(lab: Lab, incidents: IncidentGround) -> int:
    """The exit code of `check`. As the incident's way says, what was too slow for its deliveries is redriven:
    all that waited comes at once."""
    if queue_depth.dead_letter_queue(incidents.target).visible:
        redriven = lab("redrive", "start", "--wait")
        assert redriven.returncode == 0, redriven.stdout + redriven.stderr
    return lab("incident", "check").returncode


@pytest.mark.one_topology
def test_an_incident_is_begun_kept_secret_repaired_and_scored(
    lab: Lab, incidents: IncidentGround, tmp_path: Path
) -> None:
    incidents.await_rest(INGESTION)
    started = lab("incident", "start", _NAME, "--as", "Team 7")
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        incident = catalog.load(_NAME)
        assert incident.ticket.subject in started.stdout
        running = incident_process.living(LabDirectory(tmp_path / "lab"))
        assert running is not None
        assert traces(incident, texts_of_process(running.pid)) == []
        assert traces(incident, texts_of_folder(tmp_path / "lab")) == []
        assert lab("incident", "start").returncode == 2
        lab("incident", "ack", "nobody works on the queue")
        eventually(
            lambda: json.loads(lab("incident", "check", "--json").stdout)["shown"],
            within=_WITHIN_SECONDS,
            until=lambda shown: shown is not None,
            what="a symptom",
        )
        event_source.resume(incidents.target)
        eventually(
            lambda: _check_and_redrive(lab, incidents),
            within=_WITHIN_SECONDS,
            until=lambda code: code == 0,
            what="the end of the incident",
        )
        eventually(lambda: not running.runs(), within=_WITHIN_SECONDS, what="the end of its process")
        card = from_json(json.loads(lab("incident", "export").stdout))
        assert (card.outcome, card.attendee) == (IncidentOutcome.RECOVERED, "Team 7")
        assert card.events.accepted == card.events.succeeded > 0
        assert card.acknowledged is not None
    finally:
        lab("incident", "abandon")


@pytest.mark.one_topology
def test_an_abandoned_incident_leaves_nothing_broken(lab: Lab, incidents: IncidentGround) -> None:
    incidents.await_rest(INGESTION)
    try:
        assert lab("incident", "start", _NAME).returncode == 0
        assert worker_mapping.state(incidents.target) == "Disabled"
    finally:
        abandoned = lab("incident", "abandon")
    assert abandoned.returncode == 0, abandoned.stdout + abandoned.stderr
    assert worker_mapping.state(incidents.target) == "Enabled"
    incidents.await_rest(INGESTION)
