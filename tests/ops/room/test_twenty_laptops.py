"""A room of twenty simulated laptops, whose host is killed while they play: no score is lost."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ops.lab.errors import Refused
from ops.lab.incidents.card import IncidentOutcome, ScoreCard, from_json
from ops.lab.local.directory import LabDirectory
from ops.lab.room.host.room_book import RoomBook
from ops.lab.room.member.host_link import HostAway, HostLink
from ops.lab.waiting import eventually
from tests.ops.room.recorded_player import RecordedPlayer, recording
from tests.ops.room.served_room import ServedRoom

LAPTOPS = 20
START = 1_795_000_000.0


@pytest.fixture
def served(directory: LabDirectory) -> Iterator[ServedRoom]:
    served = ServedRoom(directory)
    try:
        served.start("--minutes=90")
        yield served
    finally:
        served.kill()


def players_of(served: ServedRoom, folder: Path) -> list[RecordedPlayer]:
    """Each with two incidents, one after the other."""
    players = []
    for number in range(LAPTOPS):
        own = folder / str(number)
        own.mkdir()
        cards = recording(number, START + number) + recording(number + 3, START + 2000 + number)
        players.append(RecordedPlayer(own, f"laptop {number}", cards, served.port))
    return players


def wrong_codes(served: ServedRoom, stop: threading.Event) -> list[str]:
    """What somebody hears who tries codes all the while."""
    link, heard = HostLink("127.0.0.1", served.port), []
    while not stop.wait(0.05):
        try:
            link.join("CFGH-JKMN", "somebody")
            heard.append("joined")
        except (Refused, HostAway) as error:
            heard.append(str(error))
    link.close()
    return heard


def play(player: RecordedPlayer, cards: int) -> None:
    """Show so many more cards, or as many as there are left."""
    while cards and player.play():
        cards -= 1


def settled(players: list[RecordedPlayer]) -> bool:
    """Whether all of them have sent everything; each tries once more."""
    for player in players:
        player.look()
    return not any(player.membership.unsent for player in players)


def latest(player: RecordedPlayer) -> list[ScoreCard]:
    """The last card of each of its incidents, as the room has it."""
    by_start = {card.started_at: replace(card, attendee=player.name) for card in player.cards}
    return [by_start[start] for start in sorted(by_start)]


def test_the_board_has_what_was_sent_though_the_host_was_killed(served: ServedRoom, tmp_path: Path) -> None:
    players, stop = players_of(served, tmp_path), threading.Event()
    code = served.session["code"]
    with ThreadPoolExecutor(LAPTOPS + 1) as pool:
        list(pool.map(lambda player: player.join(code), players))
        hostile = pool.submit(wrong_codes, served, stop)
        list(pool.map(lambda player: play(player, 3), players))
        on_their_way = [pool.submit(play, player, 4) for player in players]
        eventually(lambda: any(task.done() for task in on_their_way), within=60, every=0.01)
        served.kill()
        for task in on_their_way:
            task.result()
        on_the_disk = {seat.name: seat for seat in RoomBook(served.directory.room).seats}
        for player in players:  # what the host has answered, it has
            assert on_the_disk[player.name].sequence >= player.membership.kept

        # They play on while the host is away.
        list(pool.map(lambda player: play(player, 1), players))
        assert all(player.membership.unsent for player in players)
        served.start()
        list(pool.map(lambda player: play(player, 99), players))
        eventually(lambda: settled(players), within=60, what="everything sent")
        stop.set()
        heard = hostile.result()

    assert "joined" not in heard
    assert any("not the room's code" in each for each in heard)
    assert any("too many wrong codes" in each for each in heard)
    for player in players:  # told once that it went, and once that it came back
        assert ["answers again" in line for line in player.told] == [False, True]
    exported = json.loads(served.get("/export.json"))["attendees"]
    assert {each["name"]: [from_json(card) for card in each["cards"]] for each in exported} == {
        player.name: latest(player) for player in players
    }
    rows = served.get("/board").split("<tr id=")[1:]
    assert len(rows) == LAPTOPS
    for player in players:
        points = sum(card.points for card in latest(player) if card.outcome is not IncidentOutcome.RUNNING)
        [row] = [each for each in rows if f"<bdi>{player.name}</bdi>" in each]
        assert f"<b>{points}</b>" in row


def test_the_code_and_the_tokens_stay_the_same_and_the_clock_goes_on(served: ServedRoom) -> None:
    before = served.session
    served.kill()
    served.start("--minutes=5")
    assert served.session == before
    assert before["clock"]["minutes"] == 90


def test_a_second_host_of_the_same_room_is_refused(served: ServedRoom) -> None:
    second = ServedRoom(served.directory)
    with pytest.raises(AssertionError, match="is at work since"):
        second.start()
