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
from ops.lab.incidents.card import ScoreCard
from ops.lab.room.member.host_link import HostAway, HostLink, LaptopUnknown
from ops.lab.room.member.membership import RoomMembership, membership_of
from ops.lab.room.protocol import HEARTBEAT_SECONDS

_LONGEST_WAIT_SECONDS = 20.0
# Gives the card of the incident that goes on, or went on last; None where there is none.
CardSource = Callable[[], ScoreCard | None]


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
        membership, next_try = membership_of(self.path), 0.0
        link = HostLink(membership.host, membership.port)
        try:
            while not self.stopping.is_set():
                # At each turn, also while the host is away: an incident may end and another begin.
                membership = self.note(membership)
                if time.monotonic() >= next_try:
                    membership = self.send(membership, link)
                    next_try = time.monotonic() + self._pause()
                self.stopping.wait(self.every * random.uniform(0.8, 1.2))  # nosec B311: no secret
        finally:
            link.close()

    def note(self, membership: RoomMembership) -> RoomMembership:
        """Keep the card as it is now, to be sent. Returns what is so afterwards."""
        card = self.cards()
        if card is None or not membership.concerns(card):
            return membership
        noted = membership.with_card(card)
        if noted is not membership:
            noted.write(self.path)  # before it is sent: a number is never given twice
        return noted

    def send(self, membership: RoomMembership, link: HostLink) -> RoomMembership:
        """Send once: what is not sent yet, or else a sign of life. Returns what is so afterwards."""
        before = membership
        try:
            membership = self._send(membership, link)
        except HostAway as error:
            if not before.away:
                self.tell(f"{error}; this goes on by itself, and sends what there is once it does")
            self._failures += 1
            membership = replace(before, away=str(error))
        else:
            if before.away:
                self.tell(f"the room at {membership.where} answers again")
            self._failures = 0
        membership.write(self.path)
        return membership

    def _pause(self) -> float:
        """Seconds until the next try, more and more of them while the host is away."""
        if not self._failures:
            return 0.0
        return min(self.every * 2.0 ** min(self._failures, 10), _LONGEST_WAIT_SECONDS)

    def _send(self, membership: RoomMembership, link: HostLink) -> RoomMembership:
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


def deliver(path: Path, cards: CardSource) -> RoomMembership:
    """Send once what is not sent yet. Raises HostAway where the room does not take it now."""
    attendance = Attendance(path, cards, lambda _: None)
    membership = attendance.note(membership_of(path))
    link = HostLink(membership.host, membership.port)
    try:
        membership = attendance.send(membership, link)
    finally:
        link.close()
    if membership.away:
        raise HostAway(membership.away)
    return membership
