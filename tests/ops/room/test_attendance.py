"""A laptop in a room: what it sends, when it tries again, and what it never sends twice or loses."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ops.lab.errors import NotUp
from ops.lab.incidents.card import IncidentOutcome, ScoreCard
from ops.lab.room.member.attendance import Attendance, deliver
from ops.lab.room.member.host_link import HostAway, HostLink, LaptopUnknown
from ops.lab.room.member.membership import RoomMembership, membership_of, read_membership
from ops.lab.waiting import eventually
from tests.ops.room.recorded_player import recording

CARDS = recording(0, 1000.0)


@dataclass
class ScriptedHost:
    """Answers what it is told to, and keeps what it is asked."""

    port: int = 0
    status: int = 200
    answer: bytes | None = None
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    sequence: int = 0

    @contextmanager
    def serving(self) -> Iterator["ScriptedHost"]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                host.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                if host.status == 200:
                    host.sequence = max(host.sequence, body.get("sequence", 0))
                content = host.answer if host.answer is not None else json.dumps(host.document()).encode()
                self.send_response(host.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        with ThreadingHTTPServer(("127.0.0.1", self.port), Handler) as server:
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def document(self) -> Mapping[str, Any]:
        if self.status == 200:
            return {"sequence": self.sequence, "clock": 60.0}
        return {"problem": "not so", "hint": "do otherwise"}

    @property
    def paths(self) -> list[str]:
        return [path for path, *_ in self.asked]


@pytest.fixture
def host() -> Iterator[ScriptedHost]:
    with ScriptedHost().serving() as serving:
        yield serving


@dataclass
class Laptop:
    path: Path
    port: int
    card: ScoreCard | None = None
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        RoomMembership("127.0.0.1", self.port, "Amara", "the-token", joined_at=1000.0).write(self.path)
        self.attendance = Attendance(self.path, lambda: self.card, self.told.append, every=0.01)

    def turn(self) -> RoomMembership:
        link = HostLink("127.0.0.1", self.port)
        try:
            return self.attendance.send(self.attendance.note(membership_of(self.path)), link)
        finally:
            link.close()


@pytest.fixture
def laptop(host: ScriptedHost, tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "member.json", host.port)


def test_it_sends_signs_of_life_and_cards_and_nothing_else(host: ScriptedHost, laptop: Laptop) -> None:
    laptop.turn()
    laptop.card = CARDS[0]
    laptop.turn()
    laptop.turn()
    assert host.paths == ["/heartbeat", "/card", "/heartbeat"]
    allowed = {"host", "accept-encoding", "content-length", "user-agent", "content-type", "authorization"}
    for _, headers, _ in host.asked:
        assert set(headers) <= allowed
        assert headers["user-agent"] == "lab-room"
        assert headers["authorization"] == "Bearer the-token"
    beat, sent = host.asked[0][2], host.asked[1][2]
    assert set(beat) == {"version", "sent_at"}
    assert beat["version"] == 1
    assert sent == {"version": 1, "sequence": 1, "card": json.loads(json.dumps(CARDS[0].to_json()))}


def test_a_card_is_sent_again_until_the_host_has_it_and_the_newest_alone(
    host: ScriptedHost, laptop: Laptop
) -> None:
    host.status = 503
    for card in CARDS:
        laptop.card = card
        laptop.turn()
    assert len(laptop.told) == 1
    host.status = 200
    after = laptop.turn()
    assert host.asked[-1][2]["card"]["points"] == CARDS[-1].points
    assert host.asked[-1][2]["sequence"] == len(CARDS)
    assert after.unsent == []
    assert len(laptop.told) == 2
    asked = len(host.asked)
    laptop.turn()
    assert host.paths[asked:] == ["/heartbeat"]


def test_what_was_not_sent_outlives_the_process(host: ScriptedHost, laptop: Laptop) -> None:
    host.status, laptop.card = 503, CARDS[-1]
    laptop.turn()
    laptop.card = replace(CARDS[0], started_at=2000.0)
    laptop.turn()
    host.status = 200
    back = Laptop.__new__(Laptop)
    back.path, back.port, back.told = laptop.path, laptop.port, []
    back.attendance = Attendance(laptop.path, lambda: None, back.told.append)
    assert back.turn().unsent == []
    assert [body["card"]["started_at"] for _, _, body in host.asked[-2:]] == [1000.0, 2000.0]
    assert back.told == [f"the room at 127.0.0.1:{host.port} answers again"]


def test_an_incident_that_was_over_before_it_joined_is_not_sent(host: ScriptedHost, laptop: Laptop) -> None:
    laptop.card = replace(CARDS[-1], started_at=100.0)
    laptop.turn()
    assert host.paths == ["/heartbeat"]
    laptop.card = replace(CARDS[1], started_at=100.0)  # one that goes on is
    laptop.turn()
    assert host.paths == ["/heartbeat", "/card"]
    assert CARDS[-1].outcome is IncidentOutcome.RECOVERED


@pytest.mark.parametrize("status", [400, 409, 413])
def test_a_card_that_is_refused_is_told_and_not_sent_for_ever(
    host: ScriptedHost, laptop: Laptop, status: int
) -> None:
    host.status, laptop.card = status, CARDS[0]
    laptop.turn()
    assert "not so" in laptop.told[0]
    host.status = 200
    laptop.turn()
    assert host.paths == ["/card", "/heartbeat"]
    laptop.card = CARDS[1]
    assert laptop.turn().unsent == []


def test_a_room_that_does_not_know_the_laptop_ends_it(host: ScriptedHost, laptop: Laptop) -> None:
    host.status = 401
    with pytest.raises(LaptopUnknown, match="not so"):
        laptop.attendance.run()


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"{}", b"[]", b'{"sequence": 1e99, "clock": 0}', b'{"sequence": "1"}', b"x" * 200_000],
)
def test_an_answer_of_something_else_is_none(
    host: ScriptedHost, laptop: Laptop, status: int, answer: bytes
) -> None:
    host.status, host.answer, laptop.card = status, answer, CARDS[0]
    after = laptop.turn()
    assert "something else answers than a room" in after.away
    assert len(after.unsent) == 1


def test_it_follows_no_redirect_and_takes_no_proxy(
    host: ScriptedHost, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    host.status = 307
    laptop.turn()
    assert host.paths == ["/heartbeat"]


def test_it_goes_on_by_itself_and_notes_cards_while_the_host_is_away(tmp_path: Path) -> None:
    gone = ScriptedHost()
    with gone.serving():
        laptop = Laptop(tmp_path / "member.json", gone.port)
    thread = threading.Thread(target=laptop.attendance.run)
    thread.start()
    try:
        eventually(lambda: laptop.told, within=30, what="that the host is away")
        for card in (CARDS[-1], replace(CARDS[0], started_at=2000.0)):
            laptop.card = card
            eventually(lambda card=card: card.started_at in _cards(laptop), within=30)  # type: ignore[misc]
        with gone.serving():
            eventually(lambda: gone.paths.count("/card") == 2, within=60, what="both cards")
    finally:
        laptop.attendance.stopping.set()
        thread.join()
    assert [body["card"]["started_at"] for path, _, body in gone.asked if path == "/card"] == [1000.0, 2000.0]


def _cards(laptop: Laptop) -> Mapping[float, object]:
    return membership_of(laptop.path).cards


def test_what_is_handed_in_at_the_end_is_as_it_is_now(host: ScriptedHost, laptop: Laptop) -> None:
    deliver(laptop.path, lambda: CARDS[-1])
    assert host.asked[-1][2]["card"]["outcome"] == "recovered"
    host.status = 503
    with pytest.raises(HostAway):
        deliver(laptop.path, lambda: replace(CARDS[-1], points=1))
    assert len(membership_of(laptop.path).unsent) == 1


def test_without_a_room_it_says_how_to_join_one(tmp_path: Path) -> None:
    assert read_membership(tmp_path / "none.json") is None
    with pytest.raises(NotUp) as not_up:
        membership_of(tmp_path / "none.json")
    assert "lab room join" in not_up.value.hint
