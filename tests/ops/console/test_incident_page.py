"""The incident's page: ticket, clock, symptoms; what an attendee says and asks for; nothing of the cause."""

import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ops.lab.incidents import catalog, incident_process
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, SealedIncident, WatchRecord
from ops.lab.incidents.incident_process import IncidentProcess
from ops.lab.incidents.reading import Symptom
from ops.lab.local.directory import LabDirectory

NAME = "mapping_disabled"
SYMPTOMS = (
    Symptom("new orders succeed within 15 s", "4 of the last 9 did not", ok=False, vital=True),
    Symptom("no alarm is raised", "none", ok=True),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IncidentFolder:
    """An incident that began two minutes ago, whose process lives."""
    monkeypatch.setattr(incident_process, "living", lambda _: IncidentProcess(1))
    found = incident_process.folder_of(LabDirectory(tmp_path))
    found.renew(SealedIncident(NAME), AttendeeRecord("Team 7", time.time() - 120))
    found.put_watch(WatchRecord(begun=True, seen_at=118.0, symptoms=SYMPTOMS, shown=20.0))
    return found


def test_without_an_incident_it_says_how_one_begins(browser: TestClient) -> None:
    assert "lab incident start" in browser.get("/incident").text


def test_the_ticket_and_the_symptoms_are_shown_and_nothing_of_the_cause(
    browser: TestClient, folder: IncidentFolder
) -> None:
    incident, page = catalog.load(NAME), browser.get("/incident").text

    assert incident.ticket.subject in page
    assert "4 of the last 9 did not" in page
    assert "<dd>2:0" in page  # as the command says it
    for secret in (incident.name, incident.title, incident.cause, *incident.hints):
        assert secret not in page


def test_how_old_the_look_is_is_shown_and_when_it_should_be_younger(
    browser: TestClient, folder: IncidentFolder
) -> None:
    assert "s ago" in browser.get("/incident/now").text
    folder.put_watch(WatchRecord(begun=True, seen_at=20.0, symptoms=SYMPTOMS, shown=20.0))
    assert "stalled" in browser.get("/incident/now").text


def test_nothing_is_taken_once_its_process_is_gone(
    browser: TestClient, folder: IncidentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_process, "living", lambda _: None)
    assert "process is gone" in browser.get("/incident/now").text
    refused = browser.post("/incident/hint")
    assert (refused.status_code, "lab reset" in refused.text) == (409, True)
    assert folder.attendee().hints == ()


def test_once_it_was_abandoned_it_says_so_and_shows_no_symptom_of_before(
    browser: TestClient, folder: IncidentFolder
) -> None:
    folder.put_attendee(AttendeeRecord("Team 7", time.time() - 120, abandoned=100.0))
    folder.put_watch(WatchRecord(begun=True, seen_at=99.0, symptoms=SYMPTOMS, shown=20.0, ended=110.0))
    page = browser.get("/incident/now").text
    assert "abandoned after 1:40: restored" in page
    assert "4 of the last 9 did not" not in page


def test_what_the_attendee_says_and_asks_for_is_kept(browser: TestClient, folder: IncidentFolder) -> None:
    assert browser.post("/incident/ack", data={"text": "nobody takes from the queue"}).status_code == 200
    assert catalog.load(NAME).hints[0] in browser.post("/incident/hint").text
    assert browser.post("/incident/help", data={"wanted": "yes"}).status_code == 200

    kept = folder.attendee()
    assert [mark.what for mark in kept.acknowledged] == ["nobody takes from the queue"]
    assert len(kept.hints) == 1
    assert kept.help_asked is not None
    page = browser.get("/incident/now").text
    assert catalog.load(NAME).hints[0] in page
    assert "you have called for help" in page

    browser.post("/incident/help", data={"wanted": "no"})
    assert folder.attendee().help_asked is None


def test_nothing_is_said_by_an_empty_word(browser: TestClient, folder: IncidentFolder) -> None:
    assert browser.post("/incident/ack", data={"text": "  "}).status_code == 409
    assert folder.attendee().acknowledged == ()


def test_once_it_is_over_the_cause_is_told_and_nothing_more_is_taken(
    browser: TestClient, folder: IncidentFolder
) -> None:
    folder.put_watch(WatchRecord(begun=True, shown=20.0, mitigated=80.0, recovered=95.0, ended=99.0))

    page = browser.get("/incident").text
    assert catalog.load(NAME).title in page
    assert "<dd>1:35</dd>" in page  # recovered, as the command says it
    assert browser.post("/incident/hint").status_code == 409
