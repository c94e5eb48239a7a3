"""Who reaches a room's host sees nothing of it, unless they sit at it and have the facilitator's token."""

import socket
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from ops.lab.errors import Refused
from ops.lab.room.host.room_access import is_loopback, listening_addresses, reached_by
from ops.lab.web.listening import own_addresses
from ops.lab.web.own_origin import TOKEN_HEADER
from tests.ops.room.conftest import LAN, PORT, HostedRoom

DATA = ["/board", "/timelines", "/invitation", "/export.json", "/export.html"]
CHANGES = ["/clock/start", "/clock/stop", "/seats/x/release", "/token"]
FRAMES = ["/", "/debrief", "/health", "/static/room.css", "/static/frame.css", "/library/htmx.js"]
FORBIDDEN = 403


@pytest.fixture
def stranger(room: HostedRoom) -> TestClient:
    """Another user, or another program, of the facilitator's laptop."""
    return TestClient(room.app, base_url=f"http://127.0.0.1:{PORT}")


@pytest.mark.parametrize("path", DATA)
def test_the_rooms_content_needs_the_facilitators_token(
    room: HostedRoom, stranger: TestClient, path: str
) -> None:
    assert room.facilitator.get(path).status_code == 200
    laptops = room.token_of("Amara")
    for headers in ({}, {TOKEN_HEADER: ""}, {TOKEN_HEADER: "guess"}, {TOKEN_HEADER: laptops}):
        assert stranger.get(path, headers=headers).status_code == FORBIDDEN


@pytest.mark.parametrize("path", CHANGES)
def test_so_does_each_change(stranger: TestClient, path: str) -> None:
    assert stranger.post(path).status_code == FORBIDDEN


@pytest.mark.parametrize("path", FRAMES)
def test_the_frame_of_a_page_has_nothing_of_the_room(
    room: HostedRoom, stranger: TestClient, path: str
) -> None:
    room.token_of("Amara")
    text = stranger.get(path).text
    assert room.code not in text
    assert "Amara" not in text
    assert room.book.session.token not in text


@pytest.mark.parametrize("path", [*DATA, *FRAMES])
def test_none_of_it_is_opened_to_the_network(room: HostedRoom, path: str) -> None:
    token = {TOKEN_HEADER: room.book.session.token}
    assert room.neighbour.get(path).status_code == FORBIDDEN
    assert room.neighbour.get(path, headers=token).status_code == FORBIDDEN


@pytest.mark.parametrize("path", CHANGES)
def test_nor_is_any_change(new_room: Callable[..., HostedRoom], path: str) -> None:
    room = new_room(open_board=True)
    token = {TOKEN_HEADER: room.book.session.token}
    assert room.neighbour.post(path, headers=token).status_code == FORBIDDEN


def test_an_open_board_is_looked_at_and_that_is_all(new_room: Callable[..., HostedRoom]) -> None:
    room = new_room(open_board=True)
    room.token_of("Amara")
    board = room.neighbour.get("/board").text
    assert "Amara" in board
    assert room.code not in board
    assert "release" not in board
    assert "/debrief" not in room.neighbour.get("/").text
    for path in DATA[1:]:
        assert room.neighbour.get(path).status_code == FORBIDDEN
    # The laptop itself, without the token, changes nothing either.
    local = TestClient(room.app, base_url=f"http://127.0.0.1:{PORT}")
    assert "release" not in local.get("/board").text
    assert "release" in room.facilitator.get("/board").text


@pytest.mark.parametrize("host", [f"attacker.example:{PORT}", "127.0.0.1", "127.0.0.1:80"])
@pytest.mark.parametrize("path", [*DATA, *FRAMES])
def test_another_name_is_rebinding(room: HostedRoom, path: str, host: str) -> None:
    assert room.facilitator.get(path, headers={"Host": host}).status_code == FORBIDDEN


def test_a_laptop_may_type_the_hosts_name_and_is_told_where_another_one_is_wrong(room: HostedRoom) -> None:
    for name in (socket.gethostname(), f"{socket.gethostname().upper()}.local"):
        document = {"version": 1, "code": room.code, "name": name}
        answer = room.neighbour.post("/join", json=document, headers={"Host": f"{name}:{PORT}"})
        assert answer.status_code == 200, answer.text
    refused = room.neighbour.post("/join", json={}, headers={"Host": "other:1"})
    assert (refused.status_code, LAN in refused.json()["problem"]) == (FORBIDDEN, True)


def test_the_token_alone_changes_nothing_from_another_site(room: HostedRoom) -> None:
    for headers in ({"Origin": "http://attacker.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert room.facilitator.post("/clock/stop", headers=headers).status_code == FORBIDDEN


def test_every_answer_says_that_nothing_in_it_runs(room: HostedRoom) -> None:
    for answer in (room.facilitator.get("/board"), room.neighbour.get("/board"), room.join("A", "x")):
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_without_being_asked_it_listens_on_loopback_alone() -> None:
    assert [is_loopback(each) for each in listening_addresses(None)] == [True]
    assert listening_addresses("127.0.0.1") == listening_addresses("127.0.0.2") == ("127.0.0.1",)
    assert listening_addresses(LAN) == ("127.0.0.1", LAN)
    assert listening_addresses("0.0.0.0") == ("0.0.0.0",)
    assert (reached_by(None), reached_by("127.0.0.1"), reached_by(LAN)) == ((), (), (LAN,))
    assert set(reached_by("0.0.0.0")) == own_addresses()


@pytest.mark.parametrize("asked", ["", "laptop", "*", "192.168.1", "::", "224.0.0.1", "192.168.1.20:80"])
def test_what_is_no_address_is_refused_with_those_that_there_are(asked: str) -> None:
    with pytest.raises(Refused) as refused:
        listening_addresses(asked)
    for address in own_addresses():
        assert address in refused.value.hint
