"""The incident's folder: its user's alone, without the incident's name, and back as it was written."""

import stat
from dataclasses import replace

import pytest

from ops.lab.errors import CommandError
from ops.lab.incidents import catalog
from ops.lab.incidents.card import CardMark, EventCounts
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, SealedIncident, WatchRecord
from ops.lab.incidents.reading import Symptom


@pytest.mark.parametrize("name", catalog.names())
def test_no_file_says_which_incident_it_is(name: str, folder: IncidentFolder) -> None:
    folder.renew(SealedIncident(name, 1234), AttendeeRecord("Ada", 1.0))
    for path in folder.root.iterdir():
        assert name not in path.name
        assert name.encode() not in path.read_bytes()
    assert folder.sealed() == SealedIncident(name, 1234)


def test_only_its_user_can_read_it(folder: IncidentFolder) -> None:
    folder.put_watch(WatchRecord())
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.root.iterdir()} == {0o600}


def test_records_come_back_as_they_went(folder: IncidentFolder) -> None:
    watch = WatchRecord(
        begun=True,
        seen_at=3.0,
        symptoms=(Symptom("new orders succeed", "2 did not", ok=False, vital=True),),
        shown=2.5,
        events=EventCounts(accepted=3, dead_lettered=1),
        wrong_actions=(CardMark(2.0, "a purge"),),
        left=("the stop: refused",),
    )
    attendee = replace(folder.attendee(), acknowledged=(CardMark(1.0, "it is the queue"),), hints=(2.0,))
    folder.put_watch(watch)
    folder.put_attendee(attendee)
    assert (folder.watch(), folder.attendee()) == (watch, attendee)


def test_a_new_incident_forgets_the_last_one(folder: IncidentFolder) -> None:
    folder.put_watch(WatchRecord(begun=True))
    folder.put_process({"pid": 1})
    folder.renew(SealedIncident("other"), AttendeeRecord("Bob", 2.0))
    assert folder.watch() == WatchRecord()
    assert not folder.process_file.exists()


def test_without_an_incident_nothing_is_sealed(folder: IncidentFolder) -> None:
    folder.forget()
    assert folder.sealed() is None


def test_what_is_spoiled_is_said_so(folder: IncidentFolder) -> None:
    (folder.root / "attendee.json").write_text("{")
    with pytest.raises(CommandError, match=r"attendee\.json cannot be read"):
        folder.attendee()
