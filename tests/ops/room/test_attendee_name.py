"""Names on a board are readable, and no two of them look the same."""

import pytest

from ops.lab.errors import Refused
from ops.lab.room.attendee_name import checked_name, key_of
from scenarios.console.naughty_strings import NAUGHTY_STRINGS


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Team 7", "Team 7"),
        ("  Team   7 ", "Team 7"),
        ("Zoe\u0308", "Zoë"),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("実験", "実験"),
        ("<b>x</b>", "<b>x</b>"),
    ],
)
def test_a_name_is_kept_as_a_line_of_text(typed: str, name: str) -> None:
    assert checked_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "x" * 41,
        "a\nb",
        "a\x00b",
        "a\u202eb",
        "a\u200bb",
        "\ufeffa",
        "\ud800",
        "…",
        "\u2028a",
        "a\x1b[31m",
    ],
)
def test_what_nobody_can_read_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="a name has"):
        checked_name(typed)


@pytest.mark.parametrize("other", ["team 7", "TEAM 7", "\N{FULLWIDTH LATIN CAPITAL LETTER T}eam 7"])
def test_names_that_read_alike_are_the_same(other: str) -> None:
    assert key_of(checked_name(other)) == key_of("Team 7")


@pytest.mark.parametrize("text", NAUGHTY_STRINGS)
def test_a_naughty_name_is_refused_or_stays_a_short_line(text: str) -> None:
    try:
        name = checked_name(text)
    except Refused:
        return
    assert len(name) <= 40
    assert name.isprintable()
