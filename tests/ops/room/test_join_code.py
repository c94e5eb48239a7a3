"""A code is read aloud and typed by hand, and no other one opens the room."""

import pytest

from ops.lab.errors import Refused
from ops.lab.room.invitation import Invitation
from ops.lab.room.join_code import is_code, new_code, same_code, spelled


def test_codes_are_short_and_have_no_sign_that_looks_like_another() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert is_code(code)
        assert len(code) == 9
        assert not set(code) & set("0OQD1IL2Z5S8BUVAE")


@pytest.mark.parametrize("typed", ["K7MX-4RTC", "k7mx4rtc", " K7MX 4RTC ", "k7-mx-4r-tc"])
def test_it_may_be_typed_in_any_way(typed: str) -> None:
    assert same_code(typed, "K7MX-4RTC")


@pytest.mark.parametrize("typed", ["", "K7MX-4RT", "K7MX-4RTCC", "K7MX-4RTF", "ĸ7MX-4RTC", "\ud800"])
def test_another_is_another(typed: str) -> None:
    assert not same_code(typed, "K7MX-4RTC")


def test_it_is_spelled_so_that_no_sign_sounds_like_another() -> None:
    assert spelled("K7MX-4RTC") == "Kilo, 7, Mike, X-ray, 4, Romeo, Tango, Charlie"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("K7MX-4RTC@192.168.1.20", "192.168.1.20", 8100),
        ("k7mx4rtc@host.local:9000", "host.local", 9000),
        ("K7MX-4RTC@[fe80::1]:81", "[fe80::1]", 81),
    ],
)
def test_an_invitation_is_read(text: str, host: str, port: int) -> None:
    read = Invitation.read(text)
    assert (read.host, read.port) == (host, port)
    assert Invitation.read(str(read)) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "K7MX-4RTC",
        "@192.168.1.20",
        "HELLO@192.168.1.20",
        "K7MX-4RTC@",
        "K7MX-4RTC@host:0",
        "K7MX-4RTC@host:65536",
        "K7MX-4RTC@host/path",
        "K7MX-4RTC@user@host",
        "K7MX-4RTC@http://host",
        "K7MX-4RTC@-host",
        "K7MX-4RTC@ho st",
    ],
)
def test_what_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused) as refused:
        Invitation.read(text)
    assert "lab room join" in refused.value.hint
