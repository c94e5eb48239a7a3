"""Malformed queries: refused with the place of the mistake, in AWS's words where a symbol does not belong."""

import pytest

from lab_emulator.logs.insights.compiled_query import CompiledQuery
from lab_emulator.logs.insights.malformed_query import MalformedQuery
from lab_emulator.logs.insights.query_parser import UNSUPPORTED_COMMANDS
from tests.emulator_unit.logs.insights.answers import WINDOW


def mistake(query: str) -> MalformedQuery:
    with pytest.raises(MalformedQuery) as caught:
        CompiledQuery(query, WINDOW)
    return caught.value


SYMBOL = "unexpected symbol found"


# The mistake stands between the arrows.
@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("→←", "unexpected symbol found <EOF> at line 1 and position 0"),
        ("fields→←", "unexpected symbol found <EOF> at line 1 and position 6"),
        ("→|← fields a", "unexpected symbol found | at line 1 and position 0"),
        ("fields a, →|← limit 3", "unexpected symbol found | at line 1 and position 10"),
        ("fields a →b←", "unexpected symbol found b at line 1 and position 9"),
        ("fields foo→$←bar", "unexpected symbol found $ at line 1 and position 10"),
        ("fields @timestamp\n| →count←()", "unexpected symbol found count at line 2 and position 2"),
        ("filter a =→=← 3", "unexpected symbol found = at line 1 and position 10"),
        ("filter a = →'←x", "unexpected symbol found ' at line 1 and position 11"),
        ("filter @message like /x/→i←", "unexpected symbol found i at line 1 and position 24"),
        ("filter (a = 1→←", "unexpected symbol found <EOF> at line 1 and position 13"),
        ("filter a in →(←1, 2)", "unexpected symbol found ( at line 1 and position 12"),
        ("filter a like →b←", "unexpected symbol found b at line 1 and position 14"),
        ("stats count(*) by→←", "unexpected symbol found <EOF> at line 1 and position 17"),
        ("sort bin→(←1d) desc", "unexpected symbol found ( at line 1 and position 8"),
        ("sort a →down←", "unexpected symbol found down at line 1 and position 7"),
        ("limit →2.5←", "unexpected symbol found 2.5 at line 1 and position 6"),
        ("limit →any← 5", "unexpected symbol found any at line 1 and position 6"),
        ("parse @message →as← a", "unexpected symbol found as at line 1 and position 15"),
        (
            "dedup a | →sort← b",
            "unexpected symbol found sort at line 1 and position 10 (only limit may follow dedup)",
        ),
        (
            "stats count(*) by a | stats count(*) by a | →stats← count(*)",
            f"{SYMBOL} stats at line 1 and position 44 (a query has at most two stats commands)",
        ),
        (
            "limit 5 | →stats← count(*)",
            f"{SYMBOL} stats at line 1 and position 10 (sort and limit come after the last stats)",
        ),
        (
            "stats count(*) as n by a | sort n | →stats← max(n)",
            f"{SYMBOL} stats at line 1 and position 36 (sort and limit come after the last stats)",
        ),
        ("fields →nothing(a)←", "unknown function nothing at line 1 and position 7"),
        ("filter →count(*)← > 1", "count belongs to the measures of stats at line 1 and position 7"),
        ("stats →sum(a, b)←", "sum takes 1 argument at line 1 and position 6"),
        ("stats →sum(*)←", "sum takes 1 argument at line 1 and position 6"),
        ("stats sum(→max(a)←)", "max belongs to the measures of stats at line 1 and position 10"),
        ("stats pct(a, →101←)", "a percentile is a number from 0 to 100 at line 1 and position 13"),
        ("stats →a← by b", "a is no column of the stats command before it at line 1 and position 6"),
        (
            "stats sum(Fault) by Operation | stats max(strlen(→@message←))",
            "@message is no column of the stats command before it at line 1 and position 49",
        ),
        (
            "stats sum(a) as b by @logStream | stats avg(b) by →bin(5m)←",
            "@timestamp is no column of the stats command before it at line 1 and position 50",
        ),
        (
            "stats sum(a) as b by c | stats →latest(b)←",
            "latest needs the time of events, which are no more after stats at line 1 and position 31",
        ),
        (
            "stats count(*), →count(*)←",
            "Ephemeral field is already defined: count(*) at line 1 and position 16",
        ),
        (
            "fields a as x | fields →b as x←",
            "Ephemeral field is already defined: x at line 1 and position 23",
        ),
        ("parse →'←", "unexpected symbol found ' at line 1 and position 6"),
        ("parse →'a*b*'← as x", "the pattern has 2 asterisks and 1 names at line 1 and position 6"),
        ("parse →/(a)/←", "the expression has no named group, (?<name>…) at line 1 and position 6"),
        ("filter →5←", "a condition belongs here at line 1 and position 7"),
        ("filter →a + 1←", "a condition belongs here at line 1 and position 7"),
        ("filter a = 1 and →'b'←", "a condition belongs here at line 1 and position 17"),
        (
            "fields strlen(→5m←)",
            "a period belongs into bin, datefloor and dateceil at line 1 and position 14",
        ),
        ("stats count(*) by →bin(@timestamp, 5m)←", "bin takes 1 argument at line 1 and position 18"),
        ("stats count(*) by bin(→5←)", "a period such as 5m belongs here at line 1 and position 22"),
        ("stats count(*) by bin(→0m←)", "a period is longer than nothing at line 1 and position 22"),
        ("stats count(*) by bin(→5fortnights←)", "fortnights is no unit of time at line 1 and position 22"),
        ("fields →substr(a)←", "substr does not take these arguments at line 1 and position 7"),
        ("fields →now(1)←", "now takes no argument at line 1 and position 7"),
        ("fields parseDate(a, 'yyyy')", ""),
        ("fields jsonParse(a) as j, →j.name← as n", ""),
        ("→limit 0←", "a limit is between 1 and 10000 at line 1 and position 0"),
        ("fields a | →limit 10001←", "a limit is between 1 and 10000 at line 1 and position 11"),
        ("filter a like →/(?=b)/←", "(?= is not supported in regular expressions at line 1 and position 14"),
        ("fields regexReplace(a, →b←, 'c')", ""),
    ],
)
def test_a_mistake_is_told_with_its_place(marked: str, message: str) -> None:
    query = marked.replace("→", "").replace("←", "")
    error = mistake(query)
    if "→" in marked:
        start = marked.index("→")
        assert (error.start, error.end) == (start, marked.index("←") - 1)
    assert not message or error.message == message


@pytest.mark.parametrize("command", sorted(UNSUPPORTED_COMMANDS))
def test_commands_of_the_guide_that_are_not_here_are_refused_by_name(command: str) -> None:
    error = mistake(f"fields @message | {command} @message")
    assert error.message == (
        f"unexpected symbol found {command} at line 1 and position 18"
        " (a command that the emulator does not support)"
    )
    assert (error.start, error.end) == (18, 18 + len(command))


@pytest.mark.parametrize(
    "query",
    [
        "filter " + "not " * 3000 + "a",
        "filter " + "(" * 3000 + "a = 1",
        "fields " + "-" * 3000 + "a",
        "fields " + "abs(" * 2000 + "a" + ")" * 2000,
        "fields " + "abs(" * 150 + "a" + ")" * 150,
        "SELECT * FROM `logs` WHERE a = 1",
        "source = logs | where a = 1",
    ],
    ids=["not", "parentheses", "minus", "calls", "many calls", "SQL", "PPL"],
)
def test_what_no_query_should_be_is_refused(query: str) -> None:
    assert mistake(query).message


def test_long_chains_are_no_deep_nesting() -> None:
    CompiledQuery("filter " + " or ".join(f"a = {number}" for number in range(100)), WINDOW)
