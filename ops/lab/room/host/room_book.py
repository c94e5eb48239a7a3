"""Book of a room: who sits in it and what they sent, in memory and on the disk.

What was answered is on the disk before the answer is: a host that was killed comes back with every card.
"""

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ops.lab.errors import CommandError, Refused
from ops.lab.incidents.card import ScoreCard
from ops.lab.local.private_file import write_private
from ops.lab.room.attendee_name import checked_name, key_of
from ops.lab.room.host.seat import MOST_CARDS, KeptCard, Seat, digest_of
from ops.lab.room.host.session_clock import SessionClock
from ops.lab.room.join_code import new_code
from ops.lab.web.listening import new_token

DEFAULT_SEATS = 40
_SESSION = "session.json"
_SEATS = "seats"


@dataclass(frozen=True)
class RoomSession:
    """`token` is the facilitator's. Both it and the code stay the same when the host comes back."""

    code: str
    token: str
    opened_at: float
    clock: SessionClock


class RoomBook:
    """The room in a folder; a new one where the folder has none. May be used by several threads."""

    def __init__(
        self, folder: Path, *, most_seats: int = DEFAULT_SEATS, now: Callable[[], float] = time.time
    ):
        self.folder = folder
        self.now = now
        self._most_seats = most_seats
        self._lock = threading.RLock()
        self.session = _read_session(folder) or RoomSession(new_code(), new_token(), now(), SessionClock())
        self._seats = {seat.id: seat for seat in _read_seats(folder)}
        self._write_session()

    @property
    def seats(self) -> list[Seat]:
        """All of them, in the order in which they joined."""
        with self._lock:
            return sorted(
                (replace(seat, cards=dict(seat.cards)) for seat in self._seats.values()),
                key=lambda seat: (seat.joined_at, seat.name),
            )

    def seat_of(self, token: str) -> Seat | None:
        """The seat whose laptop has this token."""
        digest = digest_of(token)
        with self._lock:
            return next((seat for seat in self._seats.values() if seat.token_digest == digest), None)

    def join(self, name: str) -> tuple[Seat, str]:
        """A seat under this name, and the token of the laptop. Raises Refused where there is none to have.

        A name that the facilitator has freed comes back with its cards.
        """
        name, token = checked_name(name), new_token()
        with self._lock:
            seat = next((each for each in self._seats.values() if key_of(each.name) == key_of(name)), None)
            if seat is not None and seat.token_digest:
                raise Refused(
                    f"{seat.name} is in this room already",
                    hint="take another: --as NAME; or have the facilitator free this one for your laptop",
                )
            if seat is None and len(self._seats) >= self._most_seats:
                raise Refused(
                    f"all {self._most_seats} seats of this room are taken",
                    hint="the facilitator can start it with more: lab room serve --seats N",
                )
            now = self.now()
            if seat is None:
                seat = Seat(secrets.token_hex(8), name, "", now, now)
            taken = replace(seat, token_digest=digest_of(token), last_seen=now, left=False)
            self._write(taken)
            return taken, token

    def beat(self, seat_id: str, sent_at: float) -> Seat:
        """That the laptop lives, and what its clock says. Not written: the next one comes soon."""
        with self._lock:
            seat = self._seats[seat_id]
            seat.last_seen, seat.left = self.now(), False
            seat.clock_ahead = sent_at - seat.last_seen
            return seat

    def keep(self, seat_id: str, sequence: int, card: ScoreCard) -> Seat:
        """Keep the card, unless what is kept of this incident is as new; under the seat's own name.

        Raises Refused where the attendee has too many of them.
        """
        with self._lock:
            seat = self._seats[seat_id]
            kept = seat.cards.get(card.started_at)
            if kept is not None and kept.sequence >= sequence:
                return seat
            if kept is None and len(seat.cards) >= MOST_CARDS:
                raise Refused(f"the room keeps {MOST_CARDS} cards of an attendee, and has them")
            now = self.now()
            new = KeptCard(sequence, now, replace(card, attendee=seat.name))
            changed = replace(seat, last_seen=now, left=False, cards=seat.cards | {card.started_at: new})
            self._write(changed)
            return changed

    def leave(self, seat_id: str) -> Seat:
        """That the laptop goes; its name and its cards stay."""
        with self._lock:
            left = replace(self._seats[seat_id], left=True, last_seen=self.now())
            self._write(left)
            return left

    def release(self, seat_id: str) -> Seat:
        """Free the name for another laptop: the one that had it cannot write any more. The cards stay.

        A seat without a card is removed. Raises Refused where there is no such seat.
        """
        with self._lock:
            seat = self._seats.get(seat_id)
            if seat is None:
                raise Refused("there is no such attendee in this room")
            if seat.cards:
                self._write(replace(seat, token_digest="", left=True))
            else:
                del self._seats[seat_id]
                self._file_of(seat_id).unlink(missing_ok=True)
            return seat

    def set_clock(self, clock: SessionClock) -> None:
        with self._lock:
            self.session = replace(self.session, clock=clock)
            self._write_session()

    def _write(self, seat: Seat) -> None:
        write_private(self._file_of(seat.id), seat.to_json())
        self._seats[seat.id] = seat

    def _file_of(self, seat_id: str) -> Path:
        return self.folder / _SEATS / f"{seat_id}.json"

    def _write_session(self) -> None:
        session = self.session
        write_private(
            self.folder / _SESSION,
            {
                "code": session.code,
                "token": session.token,
                "opened_at": session.opened_at,
                "clock": session.clock.to_json(),
            },
        )


def set_aside(folder: Path) -> Path | None:
    """Move the room in the folder away, so that the next one is new. None where none is."""
    if not has_room(folder):
        return None
    written = (folder / _SESSION).stat().st_mtime
    stamp = time.strftime("%Y-%m-%d-%H%M%S", time.localtime(written))
    place, number = folder.with_name(f"{folder.name}-{stamp}"), 1
    while place.exists():
        place, number = folder.with_name(f"{folder.name}-{stamp}-{number}"), number + 1
    folder.rename(place)
    return place


def has_room(folder: Path) -> bool:
    """Whether the folder has a room."""
    return (folder / _SESSION).is_file()


def _read_session(folder: Path) -> RoomSession | None:
    if not has_room(folder):
        return None
    document = _read_json(folder / _SESSION)
    try:
        return RoomSession(**(document | {"clock": SessionClock(**document["clock"])}))
    except (TypeError, KeyError) as error:
        raise _unreadable(folder / _SESSION) from error


def _read_seats(folder: Path) -> list[Seat]:
    seats = []
    for path in sorted((folder / _SEATS).glob("*.json")):
        try:
            seats.append(Seat.from_document(_read_json(path)))
        except (TypeError, KeyError, Refused) as error:
            raise _unreadable(path) from error
    return seats


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> CommandError:
    return CommandError(
        f"{path} is not what a room writes",
        hint="mend it or move it away; `lab room serve --new` begins another room and keeps this one beside",
    )
