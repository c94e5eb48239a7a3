"""`lab room` from the outside: a host, laptops that join it, leave it, and find it gone."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.lab.cli import app
from ops.lab.incidents import catalog
from ops.lab.incidents.card import CardMark, EventCounts
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, SealedIncident, WatchRecord
from ops.lab.local.directory import LabDirectory
from ops.lab.room.member import member_process
from ops.lab.room.member.host_link import HostLink
from ops.lab.waiting import eventually
from ops.lab.web.listening import own_addresses
from ops.lab.web.own_origin import TOKEN_HEADER
from tests.ops.room.recorded_player import recording
from tests.ops.room.served_room import ServedRoom


@dataclass
class AttendeesLaptop:
    """A lab directory of its own, whose incident is written by the test."""

    directory: LabDirectory
    monkeypatch: pytest.MonkeyPatch

    def lab(self, *arguments: str) -> Result:
        self.monkeypatch.setenv("LAB_DIR", str(self.directory.root))
        result: Result = CliRunner().invoke(app, ["room", *arguments])
        return result

    def ok(self, *arguments: str) -> str:
        result = self.lab(*arguments)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    def begin_incident(self, name: str) -> float:
        started = time.time()
        IncidentFolder(self.directory.incident).renew(SealedIncident(name), AttendeeRecord("me", started))
        return started

    def recover(self) -> None:
        IncidentFolder(self.directory.incident).put_watch(
            WatchRecord(
                begun=True,
                mitigated=60.0,
                recovered=90.0,
                ended=95.0,
                events=EventCounts(accepted=9, succeeded=9),
                timeline=(CardMark(1.0, "clients send"),),
            )
        )


@pytest.fixture
def served(directory: LabDirectory) -> Iterator[ServedRoom]:
    served = ServedRoom(directory)
    try:
        served.start()
        yield served
    finally:
        served.kill()


@pytest.fixture
def new_laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], AttendeesLaptop]]:
    """What a test has left running is ended after it."""
    laptops: list[AttendeesLaptop] = []

    def new(name: str) -> AttendeesLaptop:
        laptops.append(AttendeesLaptop(LabDirectory(tmp_path / name), monkeypatch))
        return laptops[-1]

    yield new
    for laptop in laptops:
        if working := member_process.living(laptop.directory):
            member_process.stop(working)


def cards_at(served: ServedRoom) -> dict[str, list[str]]:
    """By attendee, the outcomes of the cards that the room has."""
    attendees = json.loads(served.get("/export.json"))["attendees"]
    return {each["name"]: [card["outcome"] for card in each["cards"]] for each in attendees}


def test_two_laptops_hand_in_what_lab_incident_says(
    served: ServedRoom, new_laptop: Callable[[str], AttendeesLaptop]
) -> None:
    invitation = f"{served.session['code']}@127.0.0.1:{served.port}"
    incident = catalog.load_all()[0].name
    first, second = new_laptop("first"), new_laptop("second")
    for laptop, name in ((first, "Amara"), (second, "Bogdan")):
        assert name in laptop.ok("join", invitation, "--as", name)
        laptop.begin_incident(incident)
    eventually(lambda: cards_at(served) == {"Amara": ["running"], "Bogdan": ["running"]}, within=60)
    assert incident not in served.get("/export.json")

    served.kill()
    first.recover()
    eventually(lambda: _status(first)["unsent_cards"] == 1, within=60, what="a card that waits")
    refused = first.lab("leave")
    assert (refused.exit_code, "1 card" in refused.stderr, "--anyway" in refused.stderr) == (2, True, True)
    served.start()
    first.ok("join", invitation)
    eventually(lambda: cards_at(served) == {"Amara": ["recovered"], "Bogdan": ["running"]}, within=60)

    second.recover()
    assert "left the room" in second.ok("leave")  # hands in the last one
    assert cards_at(served) == {"Amara": ["recovered"], "Bogdan": ["recovered"]}
    assert second.lab("status").exit_code == 4
    assert member_process.living(second.directory) is None


def _status(laptop: AttendeesLaptop) -> dict[str, object]:
    found: dict[str, object] = json.loads(laptop.ok("status", "--json"))["member"]
    return found


def test_who_joins_needs_the_code_a_name_and_one_that_is_free(
    served: ServedRoom, new_laptop: Callable[[str], AttendeesLaptop]
) -> None:
    invitation = f"{served.session['code']}@127.0.0.1:{served.port}"
    laptop = new_laptop("mine")
    for arguments, said in (
        (("join", f"CFGH-JKMN@127.0.0.1:{served.port}", "--as", "Amara"), "not the room's code"),
        (("join", invitation), "--as NAME"),
        (("join", invitation, "--as", "a\u202eb"), "invisible"),
        (("join", "nonsense"), "no CODE@HOST"),
        (("leave",), "joined no room"),
    ):
        result = laptop.lab(*arguments)
        assert (result.exit_code in (2, 4), said in result.stderr) == (True, True), result.output
    laptop.ok("join", invitation, "--as", "Amara")
    assert "is at work" in laptop.lab("join", invitation).stderr
    taken = new_laptop("other").lab("join", invitation, "--as", "amara")
    assert (taken.exit_code, "in this room already" in taken.stderr) == (2, True)


def test_where_no_host_answers_it_says_so(new_laptop: Callable[[str], AttendeesLaptop]) -> None:
    result = new_laptop("mine").lab("join", "CFGH-JKMN@127.0.0.1:9", "--as", "Amara")
    assert (result.exit_code, "does not answer" in result.stderr) == (4, True)


def test_the_host_says_what_it_is_and_what_it_opened(served: ServedRoom) -> None:
    said = served.said()
    assert served.session["code"] in said
    assert f"http://127.0.0.1:{served.port}/#token=" in said
    assert "on this machine alone" in said
    result = CliRunner().invoke(app, ["room", "status", "--json"])
    host = json.loads(result.stdout)["host"]
    assert served.process is not None
    assert host == {"code": served.session["code"], "attendees": 0, "pid": served.process.pid}


def test_what_is_opened_is_said_and_is_no_more_than_said(directory: LabDirectory) -> None:
    if not own_addresses():
        pytest.skip("this machine has no address but loopback")
    address = sorted(own_addresses())[0]
    served = ServedRoom(directory)
    try:
        served.start("--listen", address)
        said = served.said()
        assert f"join   lab room join {served.session['code']}@{address}:{served.port}" in said
        assert "opened to others" in said
        assert "plain HTTP" in said
        assert "Nobody has joined yet" in served.get("/board")  # by loopback, with the token
        token = {TOKEN_HEADER: served.session["token"]}
        for path in ("/", "/board", "/debrief", "/export.json"):
            asked = urllib.request.Request(f"http://{address}:{served.port}{path}", headers=token)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=30)
            refused.value.close()
            assert refused.value.code == 403
        link = HostLink(address, served.port)
        assert link.join(served.session["code"], "Amara")["name"] == "Amara"
        link.close()
    finally:
        served.kill()


def test_an_address_of_another_machine_is_refused(directory: LabDirectory) -> None:
    for address in ("192.0.2.77", "laptop"):
        result = CliRunner().invoke(app, ["room", "serve", "--listen", address, "--port", "0"])
        assert result.exit_code == 2, result.output
    assert not directory.room.exists()


def test_cards_of_laptops_without_a_room_are_put_together(
    directory: LabDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for number in range(3):
        files.append(str(tmp_path / f"{number}.json"))
        Path(files[-1]).write_text(json.dumps(recording(number, 1000.0)[-1].to_json()))
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["room", "export", *files, "--to", str(out)])
    assert result.exit_code == 0, result.output
    document = json.loads((out / "room.json").read_text())
    assert [each["name"] for each in document["attendees"]] == ["laptop 0", "laptop 1", "laptop 2"]
    page = (out / "room.html").read_text()
    assert page.count('<section class="lane"') == 3
    assert "<script" not in page
    Path(files[1]).write_text("{}")
    broken = CliRunner().invoke(app, ["room", "export", *files])
    assert (broken.exit_code, files[1] in broken.stderr) == (2, True)


def test_without_any_card_there_is_nothing_to_export(directory: LabDirectory) -> None:
    assert CliRunner().invoke(app, ["room", "export"]).exit_code == 4
