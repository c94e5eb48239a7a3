"""Regular expressions of queries: what Python reads as AWS's engine does, and what is refused."""

import pytest

from lab_emulator.logs.insights.regular_expression import UnsupportedRegex, compile_regex_literal


@pytest.mark.parametrize(
    ("body", "text", "found"),
    [
        ("Exception", "a SomeException b", "Exception"),
        ("(?i)exception", "Exception", "Exception"),
        ("^(?i)exception$", "EXCEPTION", "EXCEPTION"),
        ("2\\d\\d", "code 204", "204"),
        ("\\d", "٣", None),
        ("a\\/b", "a/b", "a/b"),
        ("[[x]", "[", "["),
        ("[a&&b]+", "&", "&"),
        ("(?:ab)+?", "abab", "ab"),
        ("(?<@user>\\w+)=(?P<v>.)", "k=1", "k=1"),
        ("a{2}", "caab", "aa"),
        ("x\\z", "x", "x"),
        ("x\\z", "x\n", None),
        ("x\\Z", "x\n", "x"),
    ],
)
def test_an_expression_finds(body: str, text: str, found: str | None) -> None:
    match = compile_regex_literal(body).compiled.search(text)
    assert (match and match[0]) == found


def test_groups_are_named_by_their_numbers() -> None:
    assert compile_regex_literal("(a)(?<@b>b)(?:c)(?<d.e>d)").groups == {2: "@b", 3: "d.e"}


@pytest.mark.parametrize(
    "body",
    [
        *("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(a)\\1", "(?<n>a)\\k<n>", "a*+", "a(?i)b", "(?x)a"),
        *("(", "*", "[[:alpha:]]", "\\p{L}", "(?<n>a)(?<n>b)", "(?(1)a|b)"),
    ],
)
def test_what_the_engine_does_not_have_is_refused(body: str) -> None:
    with pytest.raises(UnsupportedRegex):
        compile_regex_literal(body)
