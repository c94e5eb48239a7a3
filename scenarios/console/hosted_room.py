"""Hosted room: `lab room serve` in a process of its own, with attendees whose cards are given."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace

from ops.lab.console.serving.console_process import RunningConsole
from ops.lab.incidents.card import CardMark, IncidentOutcome, ScoreCard
from ops.lab.local.directory import LabDirectory
from ops.lab.repository import WORKPLACE
from ops.lab.room.attendee_name import checked_name
from ops.lab.room.host.room_book import RoomBook
from ops.lab.waiting import eventually
from scenarios.console.naughty_strings import NAUGHTY_STRINGS

# Of a machine that is busy otherwise.
_START_SECONDS = 120


@dataclass
class HostedRoomProcess:
    """May be killed, and started again on the same port."""

    directory: LabDirectory
    port: int
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def as_visited(self) -> RunningConsole:
        """What a visitor needs to know of it."""
        assert self._process is not None
        token = RoomBook(self.directory.room).session.token
        return RunningConsole(self._process.pid, self.port, token, str(self.directory.room_member_log))

    def start(self) -> None:
        """Return once it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ops.lab", "room", "serve", f"--port={self.port}"],
            cwd=WORKPLACE,
            env=os.environ | {"LAB_DIR": str(self.directory.root)},
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers, within=_START_SECONDS, every=0.05, what="the room")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def fill(book: RoomBook) -> None:
    """Attendees at every state there is, one who asks for help, and one who writes naughty text."""
    now = time.time()
    runs = ScoreCard("", "", "", 1, now - 700, IncidentOutcome.RUNNING, 0)
    noticed = replace(runs, acknowledged=130.0, hints=1, timeline=(CardMark(130.0, "said: the worker"),))
    mitigated = replace(noticed, mitigated=310.0, wrong_actions=(CardMark(200.0, "redrive of everything"),))
    over = replace(mitigated, recovered=520.0, ended=530.0, points=86, outcome=IncidentOutcome.RECOVERED)
    naughty = replace(
        over,
        incident=NAUGHTY_STRINGS[0],
        cause="\n".join(NAUGHTY_STRINGS),
        timeline=tuple(CardMark(float(at), text) for at, text in enumerate(NAUGHTY_STRINGS)),
        wrong_actions=tuple(CardMark(float(at), text) for at, text in enumerate(NAUGHTY_STRINGS)),
    )
    attendees = {
        "Amara": over,
        "Nguyễn Thị Hoa": replace(noticed, asks_for_help=True),
        "Pierre-Édouard de la Fontaine-Martin": mitigated,
        "Kenji": runs,
        "Olga": replace(over, outcome=IncidentOutcome.SOLVED, points=20, level=3),
        "Tomasz": replace(over, outcome=IncidentOutcome.ABANDONED, points=0, level=2, recovered=None),
        checked_name("<img src=x onerror=alert(1)>"): naughty,
        "Åse": None,
    }
    for name, card in attendees.items():
        seat, _ = book.join(name)
        if card is not None:
            book.keep(seat.id, 1, card)
