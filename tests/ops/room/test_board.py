"""The board: who comes first, what each is at, who asks for help, and nothing that spoils it for others."""

import json
from dataclasses import replace

import pytest

from ops.lab.incidents.card import CardMark, IncidentOutcome, ScoreCard
from ops.lab.room.host.board import BoardRow, Presence, Progress, board_of
from tests.ops.console.shown_page import HOSTILE, ShownPage
from tests.ops.room.conftest import HostedRoom
from tests.ops.room.recorded_player import recording

START = 1_795_000_000.0
RUNNING = ScoreCard("x", "", "", 2, START, IncidentOutcome.RUNNING, 0)
OVER = replace(
    RUNNING,
    incident="mapping_disabled",
    cause="a mapping was disabled",
    outcome=IncidentOutcome.RECOVERED,
    points=80,
    acknowledged=60.0,
    mitigated=120.0,
    recovered=240.0,
    ended=250.0,
)


def rows(room: HostedRoom, **cards: ScoreCard | None) -> dict[str, BoardRow]:
    for name, card in cards.items():
        seat, _ = room.book.join(name)
        if card is not None:
            room.book.keep(seat.id, 1, card)
    return {row.name: row for row in board_of(room.book.seats, room.clock())}


def test_most_points_first_then_the_sooner_recovered_then_by_name(room: HostedRoom) -> None:
    found = rows(
        room,
        slow=replace(OVER, recovered=300.0),
        nobody=None,
        best=replace(OVER, points=95),
        quick=OVER,
        also=OVER,
        running=RUNNING,
    )
    assert [(row.rank, name) for name, row in found.items()] == [
        (1, "best"),
        (2, "also"),
        (2, "quick"),
        (4, "slow"),
        (5, "nobody"),
        (5, "running"),
    ]


@pytest.mark.parametrize(
    ("card", "progress"),
    [
        (None, Progress.IDLE),
        (RUNNING, Progress.LOOKING),
        (replace(RUNNING, acknowledged=1.0), Progress.ACKNOWLEDGED),
        (replace(RUNNING, mitigated=2.0), Progress.MITIGATED),
        (OVER, Progress.RECOVERED),
        (replace(OVER, outcome=IncidentOutcome.SOLVED), Progress.SOLVED),
        (replace(OVER, outcome=IncidentOutcome.ABANDONED), Progress.ABANDONED),
    ],
)
def test_each_state_has_its_words(room: HostedRoom, card: ScoreCard | None, progress: Progress) -> None:
    assert rows(room, Amara=card)["Amara"].progress is progress


def test_help_is_asked_for_while_the_incident_runs(room: HostedRoom) -> None:
    found = rows(room, now=replace(RUNNING, asks_for_help=True), then=replace(OVER, asks_for_help=True))
    assert (found["now"].asks_for_help, found["then"].asks_for_help) == (True, False)
    page = room.facilitator.get("/board").text
    assert page.count("asks for help</strong>") == 1


def test_the_clock_runs_by_the_hosts_clock_whatever_the_laptops_says(room: HostedRoom) -> None:
    token = room.token_of("Amara")
    ahead = 3600.0
    room.send("/heartbeat", token, {"version": 1, "sent_at": room.clock() + ahead})
    room.hand_in(token, 1, replace(RUNNING, started_at=room.clock() + ahead - 90).to_json())
    room.clock.pass_by(30)
    [row] = board_of(room.book.seats, room.clock())
    assert row.clock == pytest.approx(120)


def test_a_laptop_that_is_silent_is_away_and_one_that_left_has_left(room: HostedRoom) -> None:
    silent, left = room.token_of("silent"), room.token_of("left")
    room.send("/leave", left, {"version": 1})
    room.clock.pass_by(60)
    room.token_of("here")
    found = {row.name: row.presence for row in board_of(room.book.seats, room.clock())}
    assert found == {"silent": Presence.AWAY, "left": Presence.LEFT, "here": Presence.HERE}
    room.send("/heartbeat", silent, {"version": 1, "sent_at": 1.0})
    assert board_of(room.book.seats, room.clock())[-1].presence is Presence.HERE


def test_it_names_no_incident_and_no_cause(room: HostedRoom) -> None:
    rows(room, Amara=OVER)
    page = room.facilitator.get("/board").text
    assert "Amara" in page
    assert OVER.incident not in page
    assert OVER.cause not in page


def test_names_and_times_stand_in_it_as_text(room: HostedRoom) -> None:
    rows(room, **{"<b1>Amara</b1>": OVER, "x' onclick='y": RUNNING})
    shown = ShownPage(room.facilitator.get("/board").text)
    assert "<b1>Amara</b1>" in shown.text
    assert shown.can_run() == []
    assert {"1:00", "2:00", "4:00", "4:10", "80"} <= set(shown.text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_card_runs_in_the_debrief_or_the_export(room: HostedRoom, text: str) -> None:
    marks = (CardMark(1.0, text),)
    rows(room, Amara=replace(OVER, incident=text, cause=text, timeline=marks, wrong_actions=marks))
    shown = ShownPage(room.facilitator.get("/timelines").text)
    assert text in shown.text
    assert shown.can_run() == []
    exported = room.facilitator.get("/export.html")
    assert "attachment" in exported.headers["Content-Disposition"]
    page = ShownPage(exported.text)
    assert text in page.text
    assert sorted(page.can_run()) == ["meta", "meta", "meta", "meta", "style"]
    assert "default-src 'none'; style-src 'sha256-" in exported.text


def test_the_clock_is_started_and_stopped_and_said(room: HostedRoom) -> None:
    assert "not started" in room.facilitator.get("/board").text
    answer = room.facilitator.post("/clock/start", content="minutes=90")
    assert (answer.status_code, "90 minutes" in answer.text) == (200, True)
    room.clock.pass_by(600)
    assert "1:20:00" in room.facilitator.get("/board").text
    token = room.token_of("Amara")
    assert room.send("/heartbeat", token, {"version": 1, "sent_at": 1.0}).json()["clock"] == 4800
    room.clock.pass_by(5400)
    late = room.facilitator.get("/board").text
    assert "Time is up" in late
    assert "-10:00" in late
    assert room.hand_in(token, 1, OVER.to_json()).status_code == 200
    room.facilitator.post("/clock/stop")
    room.clock.pass_by(5400)
    assert "-10:00" in room.again().facilitator.get("/board").text


@pytest.mark.parametrize("form", ["", "minutes=0", "minutes=601", "minutes=x", "hours=1", "m" * 5000])
def test_minutes_that_are_none_are_refused(room: HostedRoom, form: str) -> None:
    answer = room.facilitator.post("/clock/start", content=form)
    assert (answer.status_code, "1 to 600 minutes" in answer.text) == (400, True)
    assert room.book.session.clock.started_at is None


def test_a_name_is_freed_by_the_facilitator(room: HostedRoom) -> None:
    token = room.token_of("Amara")
    room.hand_in(token, 3, OVER.to_json())
    [seat] = room.book.seats
    assert room.facilitator.post(f"/seats/{seat.id}/release").status_code == 200
    assert room.hand_in(token, 4, RUNNING.to_json()).status_code == 401
    assert room.join("Amara").json()["sequence"] == 3
    assert room.facilitator.post("/seats/none/release").status_code == 404


def test_every_recording_is_in_the_export(room: HostedRoom) -> None:
    played = {f"laptop {number}": recording(number, START)[-1] for number in range(7)}
    rows(room, **played)
    document = room.facilitator.get("/export.json").json()
    assert {each["name"]: each["cards"] for each in document["attendees"]} == {
        name: [json.loads(json.dumps(card.to_json()))] for name, card in played.items()
    }
    assert room.code not in room.facilitator.get("/export.json").text
