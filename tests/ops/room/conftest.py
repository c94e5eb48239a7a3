"""A room in a folder, and who talks to its host: the facilitator at the laptop, and others in the network."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from ops.lab.room.host.app import create_app
from ops.lab.room.host.room_access import RoomAccess
from ops.lab.room.host.room_book import RoomBook
from ops.lab.web.own_origin import TOKEN_HEADER

LAN = "192.168.1.20"
PORT = 8100


@dataclass
class StandingClock:
    """Time that stands still, but for `pass_by`."""

    at: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class HostedRoom:
    """A host that listens on loopback and on one address of its network."""

    folder: Path
    clock: StandingClock = field(default_factory=StandingClock)
    open_board: bool = False

    def __post_init__(self) -> None:
        self.book = RoomBook(self.folder, now=self.clock)
        access = RoomAccess(PORT, self.book.session.token, (LAN,), self.open_board)
        self.app = create_app(self.book, access)
        token = {TOKEN_HEADER: self.book.session.token}
        self.facilitator = TestClient(self.app, base_url=f"http://127.0.0.1:{PORT}", headers=token)
        self.neighbour = TestClient(self.app, base_url=f"http://{LAN}:{PORT}")

    @property
    def code(self) -> str:
        return self.book.session.code

    def join(self, name: str, code: str | None = None) -> httpx2.Response:
        document = {"version": 1, "code": code or self.code, "name": name}
        return self.neighbour.post("/join", json=document)

    def token_of(self, name: str) -> str:
        answer = self.join(name)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    def send(self, path: str, token: str, document: dict[str, Any]) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.neighbour.post(path, content=json.dumps(document), headers=headers)

    def hand_in(self, token: str, sequence: int, card: dict[str, Any]) -> httpx2.Response:
        return self.send("/card", token, {"version": 1, "sequence": sequence, "card": card})

    def again(self) -> "HostedRoom":
        """The host after it was ended and started again."""
        return HostedRoom(self.folder, self.clock, self.open_board)


@pytest.fixture
def new_room(tmp_path: Path) -> Callable[..., HostedRoom]:
    return lambda **more: HostedRoom(tmp_path / "room", **more)


@pytest.fixture
def room(new_room: Callable[..., HostedRoom]) -> HostedRoom:
    return new_room()
