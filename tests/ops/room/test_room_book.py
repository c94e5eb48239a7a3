"""What a room has answered is on the disk: it comes back with every card, and nothing old replaces new."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ops.lab.errors import CommandError, Refused
from ops.lab.room.host.room_book import RoomBook, has_room, set_aside
from ops.lab.room.host.seat import MOST_CARDS
from ops.lab.room.host.session_clock import SessionClock
from tests.ops.room.conftest import HostedRoom, StandingClock
from tests.ops.room.recorded_player import recording


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    clock = StandingClock()
    book = RoomBook(tmp_path, now=clock)
    book.set_clock(SessionClock.started(90, clock()))
    (first, token), (second, _) = book.join("Amara"), book.join("Bogdan")
    cards = recording(0, 100.0)
    for number, card in enumerate(cards, 1):
        book.keep(first.id, number, card)
    book.leave(second.id)

    back = RoomBook(tmp_path, now=clock)
    assert back.session == book.session
    assert back.seats == book.seats
    found = back.seat_of(token)
    assert found is not None
    assert found.latest == replace(cards[-1], attendee="Amara")
    assert [seat.left for seat in back.seats] == [False, True]


def test_its_files_are_for_its_users_eyes_alone_and_have_no_token_of_a_laptop(tmp_path: Path) -> None:
    book = RoomBook(tmp_path)
    _, token = book.join("Amara")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert token not in path.read_text()


def test_an_older_card_never_takes_the_place_of_a_newer_one(tmp_path: Path) -> None:
    book = RoomBook(tmp_path)
    seat, _ = book.join("Amara")
    old, *_, new = recording(0, 100.0)
    assert book.keep(seat.id, 7, new).sequence == 7
    for sequence in (7, 6, 1):
        assert book.keep(seat.id, sequence, old).sequence == 7
    assert RoomBook(tmp_path).seats[0].in_order == [replace(new, attendee="Amara")]


def test_each_incident_has_its_card_and_their_points_add_up(tmp_path: Path) -> None:
    book = RoomBook(tmp_path)
    seat, _ = book.join("Amara")
    first, second = recording(0, 100.0)[-1], recording(1, 900.0)[-1]
    running = recording(2, 2000.0)[-1]
    for number, card in enumerate((second, running, first), 1):
        book.keep(seat.id, number, card)
    [seat] = book.seats
    assert [card.started_at for card in seat.in_order] == [100.0, 900.0, 2000.0]
    assert seat.points == first.points + second.points
    assert seat.latest is not None
    assert seat.latest.started_at == 2000.0


def test_a_card_is_kept_under_the_seats_own_name(tmp_path: Path) -> None:
    book = RoomBook(tmp_path)
    seat, _ = book.join("Amara")
    book.join("Bogdan")
    book.keep(seat.id, 1, replace(recording(0, 100.0)[-1], attendee="Bogdan"))
    assert [(each.name, len(each.cards)) for each in book.seats] == [("Amara", 1), ("Bogdan", 0)]
    assert book.seats[0].in_order[0].attendee == "Amara"


def test_a_name_is_had_once_and_seats_are_counted(tmp_path: Path) -> None:
    book = RoomBook(tmp_path, most_seats=2)
    book.join("Amara")
    with pytest.raises(Refused, match="in this room already"):
        book.join("AMARA")
    book.join("Bogdan")
    with pytest.raises(Refused, match="all 2 seats"):
        book.join("Chen")


def test_cards_of_an_attendee_are_counted(tmp_path: Path) -> None:
    book = RoomBook(tmp_path)
    seat, _ = book.join("Amara")
    card = recording(0, 100.0)[-1]
    for number in range(MOST_CARDS):
        book.keep(seat.id, number + 1, replace(card, started_at=float(number)))
    with pytest.raises(Refused, match=f"{MOST_CARDS} cards"):
        book.keep(seat.id, 999, replace(card, started_at=999.0))
    assert book.keep(seat.id, 1000, replace(card, started_at=3.0, points=1)).sequence == 1000


def test_a_freed_name_comes_back_with_its_cards_and_another_token(tmp_path: Path) -> None:
    book = RoomBook(tmp_path)
    seat, lost = book.join("Amara")
    book.keep(seat.id, 5, recording(0, 100.0)[-1])
    book.release(seat.id)
    assert book.seat_of(lost) is None
    assert book.seat_of("") is None
    back, token = RoomBook(tmp_path).join("amara")
    assert (back.id, back.name, back.sequence, len(back.cards)) == (seat.id, "Amara", 5, 1)
    assert token != lost


def test_a_freed_seat_without_a_card_is_free_for_anybody(tmp_path: Path) -> None:
    book = RoomBook(tmp_path, most_seats=1)
    seat, _ = book.join("Amara")
    book.release(seat.id)
    book.join("Bogdan")
    assert [each.name for each in RoomBook(tmp_path).seats] == ["Bogdan"]
    with pytest.raises(Refused, match="no such attendee"):
        book.release(seat.id)


def test_a_new_room_keeps_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "room"
    assert set_aside(folder) is None
    kept = []
    for _ in range(3):
        book = RoomBook(folder)
        book.join("Amara")
        kept.append(set_aside(folder))
        assert not has_room(folder)
    assert len({path for path in kept if path is not None and has_room(path)}) == 3


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"code": "x"}'])
@pytest.mark.parametrize("which", ["session.json", "seats/x.json"])
def test_a_file_that_was_damaged_is_named_and_never_overwritten(
    tmp_path: Path, which: str, content: str
) -> None:
    RoomBook(tmp_path).join("Amara")
    damaged = tmp_path / which
    damaged.write_text(content)
    with pytest.raises(CommandError, match=damaged.name):
        RoomBook(tmp_path)
    assert damaged.read_text() == content


def test_a_card_is_on_the_disk_before_it_is_answered(new_room: Callable[..., HostedRoom]) -> None:
    room = new_room()
    token = room.token_of("Amara")
    answer = room.hand_in(token, 1, recording(0, 100.0)[-1].to_json())
    assert answer.json()["sequence"] == 1
    [path] = (room.folder / "seats").glob("*.json")
    assert json.loads(path.read_text())["cards"][0]["sequence"] == 1
