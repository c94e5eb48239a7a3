"""Attendance in a room: a sign of life every few seconds, and each card as soon as it changes.

Where the host is away it is tried again, more and more seldom, and whoever watches is told once.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ops.lab.errors import Refused
from ops.lab.room.member.card_source import CardSource
from ops.lab.room.member.host_link import HostAway, HostLink, LaptopUnknown
from ops.lab.room.member.membership import Membership, membership_of
from ops.lab.room.protocol import HEARTBEAT_SECONDS

_LONGEST_WAIT_SECONDS = 20.0


@dataclass
class Attendance:
    """`path` is where the membership is kept; `tell` gets what a person should know, a line each."""

    path: Path
    cards: CardSource
    tell: Callable[[str], None]
    every: float = HEARTBEAT_SECONDS
    stopping: threading.Event = field(default_factory=threading.Event)
    _failures: int = 0

    def run(self) -> None:
        """Until `stopping` is set. Raises LaptopUnknown where the room no longer knows this laptop."""
        membership = membership_of(self.path)
        link = HostLink(membership.host, membership.port)
        try:
            while not self.stopping.is_set():
                membership = self.step(membership, link)
                self.stopping.wait(self.pause())
        finally:
            link.close()

    def step(self, membership: Membership, link: HostLink) -> Membership:
        """Send once: what is not sent yet, or else a sign of life. Returns what is so afterwards."""
        before = membership
        if (card := self.cards()) and membership.concerns(card):
            membership = membership.with_card(card)
        if membership is not before:
            membership.write(self.path)  # before it is sent: a number is never given twice
        try:
            membership = self._send(membership, link)
        except HostAway as error:
            if not membership.away:
                self.tell(f"{error}; this goes on by itself, and sends what there is once it does")
            self._failures += 1
            membership = replace(membership, away=str(error))
        else:
            if before.away:
                self.tell(f"the room at {membership.where} answers again")
            self._failures = 0
        membership.write(self.path)
        return membership

    def pause(self) -> float:
        """Seconds until the next try. A little at random: twenty laptops must not come at once."""
        longest = max(self.every, _LONGEST_WAIT_SECONDS)
        longer = min(self.every * 2.0 ** min(self._failures, 10), longest)
        return longer * random.uniform(0.8, 1.2)  # nosec B311: no secret

    def _send(self, membership: Membership, link: HostLink) -> Membership:
        unsent = membership.unsent
        for sent in unsent:
            try:
                answer = link.card(membership.token, sent.sequence, sent.card)
                membership = membership.answered(answer, time.time())
            except LaptopUnknown:
                raise
            except Refused as error:
                self.tell(f"the card was refused: {error}")
                membership = membership.with_refusal(sent, str(error))
        if not unsent:
            membership = membership.answered(link.heartbeat(membership.token), time.time())
        return membership


def deliver(path: Path) -> Membership:
    """Send once what is not sent yet. Raises HostAway where the room does not take it now."""
    membership = membership_of(path)
    link = HostLink(membership.host, membership.port)
    try:
        told: list[str] = []
        attendance = Attendance(path, lambda: None, told.append)
        membership = attendance.step(membership, link)
        if membership.away:
            raise HostAway(membership.away)
        return membership
    finally:
        link.close()
