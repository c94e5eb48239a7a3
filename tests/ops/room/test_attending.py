"""What strangers send: without the code, the token or a card as it should be, nothing of it is taken."""

import json
from typing import Any

import pytest

from ops.lab.room.protocol import LARGEST_CARD_BYTES, LARGEST_DOCUMENT_BYTES
from scenarios.console.naughty_strings import NAUGHTY_STRINGS
from tests.ops.room.conftest import LAN, PORT, HostedRoom
from tests.ops.room.recorded_player import recording

CARD = recording(0, 100.0)[-1].to_json()


def test_who_has_the_code_gets_a_seat_and_a_token(room: HostedRoom) -> None:
    answer = room.join("Amara", room.code.lower().replace("-", " ")).json()
    assert answer.keys() == {"token", "name", "sequence", "clock"}
    assert (answer["name"], answer["sequence"], answer["clock"]) == ("Amara", 0, None)
    assert room.send("/heartbeat", answer["token"], {"version": 1, "sent_at": 5.0}).status_code == 200


def test_who_has_another_code_gets_nothing(room: HostedRoom) -> None:
    answer = room.join("Amara", "CFGH-JKMN")
    assert (answer.status_code, answer.json()["problem"]) == (403, "this is not the room's code")
    assert room.book.seats == []


def test_codes_cannot_be_tried_out_and_then_the_right_one_is_refused_as_well(room: HostedRoom) -> None:
    tried = [room.join("Amara", "CFGH-JKMN").status_code for _ in range(12)]
    assert tried == [403] * 10 + [429] * 2
    late = room.join("Amara")
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic dDp0", "Bearer \xe9"])
@pytest.mark.parametrize("path", ["/heartbeat", "/card", "/leave"])
def test_without_a_laptops_token_nothing_is_taken(room: HostedRoom, path: str, header: str | None) -> None:
    room.join("Amara")
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    document = {"version": 1, "sequence": 1, "card": CARD}
    answer = room.neighbour.post(path, json=document, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert not room.book.seats[0].cards


def test_the_facilitators_token_is_none_of_a_laptop(room: HostedRoom) -> None:
    assert room.hand_in(room.book.session.token, 1, CARD).status_code == 401


def test_a_laptop_writes_its_own_card_and_no_other(room: HostedRoom) -> None:
    room.token_of("Amara")
    token = room.token_of("Bogdan")
    assert room.hand_in(token, 1, CARD | {"attendee": "Amara"}).status_code == 200
    assert {seat.name: len(seat.cards) for seat in room.book.seats} == {"Amara": 0, "Bogdan": 1}


def test_an_old_card_that_comes_again_changes_nothing(room: HostedRoom) -> None:
    token = room.token_of("Amara")
    assert room.hand_in(token, 9, CARD).json()["sequence"] == 9
    answer = room.hand_in(token, 8, CARD | {"points": 100, "outcome": "running"})
    assert (answer.status_code, answer.json()["sequence"]) == (200, 9)
    assert room.book.seats[0].points == CARD["points"]


@pytest.mark.parametrize(
    "change",
    [
        {"points": 101},
        {"points": "100"},
        {"outcome": "won"},
        {"shell": "rm -rf /"},
        {"version": 2},
        {"started_at": "now"},
        {"level": 0},
        {"timeline": [{"at": 1, "what": "x" * 301}]},
        {"timeline": [{"at": 1, "what": "x"}] * 501},
        {"wrong_actions": {}},
        {"events": {"accepted": 1}},
        {"attendee": ""},
    ],
)
def test_a_card_that_is_none_is_refused_with_what_is_wrong(room: HostedRoom, change: dict[str, Any]) -> None:
    answer = room.hand_in(room.token_of("Amara"), 1, CARD | change)
    assert answer.status_code == 400
    assert "card" in answer.json()["problem"]
    assert not room.book.seats[0].cards


@pytest.mark.parametrize("sequence", [0, -1, 1.5, "1", None, 2**53 + 1, True])
def test_a_number_that_is_none_is_refused(room: HostedRoom, sequence: Any) -> None:
    assert room.hand_in(room.token_of("Amara"), sequence, CARD).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"version": 1}',
        b'{"version": 1, "sent_at": NaN}',
        b'{"version": 1, "sent_at": Infinity}',
        b'{"version": 1, "sent_at": 1e999}',
        b'{"version": 1, "sent_at": 1, "more": "x"}',
        b"[" * 4000,
        b'{"version": 1, "sent_at": ' + b"9" * 4000 + b"}",
    ],
)
def test_a_body_that_is_none_is_refused(room: HostedRoom, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {room.token_of('Amara')}", "Content-Type": "application/json"}
    assert room.neighbour.post("/heartbeat", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("path", "largest"), [("/heartbeat", LARGEST_DOCUMENT_BYTES), ("/card", LARGEST_CARD_BYTES)]
)
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused(
    room: HostedRoom, path: str, largest: int, announced: bool
) -> None:
    headers = {"Authorization": f"Bearer {room.token_of('Amara')}", "Content-Type": "application/json"}
    body = b" " * (largest + 1)
    sent = body if announced else iter([body[:1000], body[1000:]])
    assert room.neighbour.post(path, content=sent, headers=headers).status_code == 413


def test_the_largest_card_goes_in(room: HostedRoom) -> None:
    marks = [{"at": 1.0, "what": "実" * 300}] * 500
    card = CARD | {"timeline": marks, "wrong_actions": marks, "cause": "実" * 2000}
    body = json.dumps({"version": 1, "sequence": 1, "card": card}, ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {room.token_of('Amara')}", "Content-Type": "application/json"}
    assert room.neighbour.post("/card", content=body, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
def test_what_a_form_of_another_site_could_send_is_refused(room: HostedRoom, kind: str) -> None:
    document = json.dumps({"version": 1, "code": room.code, "name": "Amara"})
    answer = room.neighbour.post("/join", content=document, headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": f"attacker.example:{PORT}"},
        {"Host": LAN},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_no_page_of_another_site_joins(room: HostedRoom, headers: dict[str, str]) -> None:
    document = {"version": 1, "code": room.code, "name": "Amara"}
    assert room.neighbour.post("/join", json=document, headers=headers).status_code == 403
    assert room.book.seats == []


def test_a_laptop_that_sends_without_end_is_asked_to_wait(room: HostedRoom) -> None:
    token, other = room.token_of("Amara"), room.token_of("Bogdan")
    beat = {"version": 1, "sent_at": 1.0}
    answers = [room.send("/heartbeat", token, beat).status_code for _ in range(100)]
    assert 429 in answers
    assert room.send("/heartbeat", other, beat).status_code == 200


@pytest.mark.parametrize("text", [*NAUGHTY_STRINGS, "half a pair: \ud83d"])
def test_naughty_text_in_a_card_comes_back_as_it_went(room: HostedRoom, text: str) -> None:
    token = room.token_of("Amara")
    card = CARD | {"cause": text, "incident": text[:300], "timeline": [{"at": 1, "what": text[:300]}]}
    assert room.hand_in(token, 1, card).status_code == 200
    assert room.again().book.seats == room.book.seats
    assert room.book.seats[0].in_order[0].cause == text


def test_nothing_else_is_there_for_a_laptop(room: HostedRoom) -> None:
    token = {"Authorization": f"Bearer {room.token_of('Amara')}"}
    for path in ("/join", "/card", "/heartbeat", "/leave"):
        assert room.neighbour.get(path, headers=token).status_code == 405
    for path in ("/seats", "/export.json", "/timelines", "/board", "/../session.json", "/static/../x"):
        assert room.neighbour.get(path, headers=token).status_code in (403, 404)
