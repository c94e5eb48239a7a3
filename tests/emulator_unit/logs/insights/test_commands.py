"""Commands: what each makes of the rows, and in which order they come."""

from typing import Any

import pytest

from tests.emulator_unit.logs.insights.answers import Row, ask, matched, records, value_of

ORDERS: list[Any] = [
    {"id": 1, "kind": "a", "ms": 10, "ok": True},
    {"id": 2, "kind": "b", "ms": "20", "ok": False},
    {"id": 3, "kind": "a", "ms": 5.5, "tags": ["x", {"deep": "y"}]},
    "plain text",
    {"id": 4, "kind": "b", "nested": {"ms": 7, "a.b": "dotted"}},
]


def ids(query: str) -> list[str | None]:
    return [row.get("id") for row in ask(f"fields id | {query}", records(ORDERS))]


def rows(query: str) -> list[Row]:
    return ask(query, records(ORDERS))


def test_without_fields_come_time_and_message_and_the_newest_first() -> None:
    answer = rows("filter ispresent(ok)")
    assert answer == [
        {
            "@timestamp": "2026-11-28 09:30:01.000",
            "@message": '{"id": 2, "kind": "b", "ms": "20", "ok": false}',
        },
        {"@timestamp": "2026-11-28 09:30:00.000", "@message": '{"id": 1, "kind": "a", "ms": 10, "ok": true}'},
    ]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("kind = 'a'", "31"),
        ('kind = "a"', "31"),
        ("ms = 20", "2"),
        ("ms = '20'", "2"),
        ("ms > 6", "21"),
        ("6 < ms", "21"),
        ("ms <= 5.5", "3"),
        ("ms in [10, 20]", "21"),
        ("ms in ['10', '5.5']", "31"),
        ("id not in [1, 2]", "4-3"),
        ("kind != 'a'", "4-2"),
        ("not kind = 'a'", "4-2"),
        ("kind like 'a'", "31"),
        ("kind not like /a|b/", "-"),
        ("@message like /(?i)PLAIN/", "-"),
        ("@message =~ /^plain text$/", "-"),
        ("ok = 1", "1"),
        ("ok = true", "1"),
        ("ok = false", "2"),
        ("ok", "1"),
        ("nested.ms = 7", "4"),
        ("nested.a.b = 'dotted'", "4"),
        ("nested.`a.b` = 'dotted'", "4"),
        ("tags.0 = 'x' and tags[1].deep = 'y'", "3"),
        ("ispresent(tags)", ""),
        ("ispresent(nested)", ""),
        ("kind = 'a' or kind = 'b' and ms = 20", "321"),
        ("(kind = 'a' or kind = 'b') and ms = 20", "2"),
        ("kind = 'a' and ms > 6 and ok = 1", "1"),
        ("FILTERED = 1 OR NOT ispresent(id)", "-"),
        ("id = ms", ""),
        ("strcontains(@message, 'plain')", "-"),
        ("id < 3 # not: and kind = 'b'", "21"),
        ("missing = missing", ""),
        ("missing != missing", "4-321"),
        ("missing < 1", ""),
    ],
)
def test_filters_let_pass_what_they_say(condition: str, found: str) -> None:
    assert "".join(row.get("id", "-") for row in rows(f"fields id | filter {condition}")) == found


def test_fields_and_display_choose_the_columns() -> None:
    assert rows("filter id = 1 | fields id, ms * 2 as doubled, abs(0 - ms)") == [
        {"id": "1", "doubled": "20", "abs(0 - ms)": "10"}
    ]
    assert rows("filter id = 1 | fields id | fields kind") == [{"id": "1", "kind": "a"}]
    assert rows("filter id = 1 | fields id, ms as t | display t | display kind, t") == [
        {"kind": "a", "t": "10"}
    ]
    assert rows("filter id = 3 | fields id, `nested`, ok") == [{"id": "3"}]
    assert rows("filter id = 1 | fields ms + 1 as more | filter more = 11 | display more") == [{"more": "11"}]


def test_a_field_with_other_characters_stands_in_backticks() -> None:
    found = records([{"foo-bar": 1, "@type": "mine", "a b": {"c": 2}}])
    assert ask("fields `foo-bar`, @@type, `a b`.c", found) == [
        {"foo-bar": "1", "@@type": "mine", "a b.c": "2"}
    ]


def test_parse_finds_a_glob_anywhere_in_the_text() -> None:
    line = "25 May 2019 10:24:39,474 [ERROR] {foo=2, bar=data} The error was: DataIntegrityException"
    expected = [{"level": "ERROR", "config": "{foo=2, bar=data}", "exception": "DataIntegrityException"}]
    shown = "| display level, config, exception"
    assert ask(
        f'parse @message "[*] * The error was: *" as level, config, exception {shown}', records([line])
    ) == (expected)
    regex = r"/\[(?<level>\S+)\]\s+(?<config>\{.*\})\s+The error was: (?<exception>\S+)/"
    assert ask(f"parse @message {regex} {shown}", records([line])) == expected
    assert ask(f'parse "[*]" as level {shown.partition(",")[0]}', records([line])) == [{"level": "ERROR"}]


def test_parse_leaves_what_does_not_match_and_may_parse_what_was_parsed() -> None:
    found = records(["url=/api/v1/users/7", "nothing"])
    query = 'parse @message "url=*" as url | parse url "/api/*/users/*" as @v, user | display @v, user'
    assert ask(query, found) == [{}, {"@v": "v1", "user": "7"}]
    assert ask("parse @message /(?<@first>u)rl/ | stats count(@first) as n", found) == [{"n": "1"}]


@pytest.mark.parametrize(
    ("sorting", "order"),
    [
        ("sort id", "-1234"),
        ("sort id asc", "-1234"),
        ("sort id desc", "4321-"),
        ("sort kind, id desc", "-3142"),
        ("sort kind desc, ms", "4231-"),
        ("sort @timestamp", "123-4"),
        ("sort ms desc | limit 2", "21"),
        ("limit 2", "4-"),
        ("sort kind desc | dedup kind", "43-"),
        ("dedup kind", "4-3"),
        ("dedup kind, ok", "4-321"),
        ("dedup kind | limit 1", "4"),
    ],
)
def test_rows_come_in_their_order(sorting: str, order: str) -> None:
    assert "".join(each or "-" for each in ids(sorting)) == order


def test_a_number_in_quotation_marks_is_sorted_as_the_number() -> None:
    equal = records({"id": each, "value": value} for each, value in enumerate([2.5, "2.5", 2.5, "2.5"]))
    unsorted = [row["id"] for row in ask("fields id, value", equal)]
    assert [row["id"] for row in ask("fields id, value | sort value", equal)] == unsorted
    assert [row["id"] for row in ask("fields id, value | sort value desc", equal)] == unsorted


def test_sorting_is_natural() -> None:
    """The user guide's example, "the result of a sort in ascending order"."""
    order = ["!:", "#", "*%04", "0#", "5A", "111A", "2345_", "@", "@_", "A", "A9876fghj", "a12345hfh"]
    order += ["0", "01", "1", "2", "3"]
    shuffled = records({"value": each} for each in sorted(order, key=lambda each: each[::-1]))
    assert [row["value"] for row in ask("fields value | sort value", shuffled)] == order
    assert [row["value"] for row in ask("fields value | sort value desc", shuffled)] == order[::-1]


def test_stats_count_and_compute_by_group() -> None:
    measures = "count(*) as n, count(ms) as with_ms, sum(ms) as total, avg(ms) as mean, max(ms), min(ms)"
    assert rows(f"stats {measures} by kind | sort kind") == [
        {"n": "1", "with_ms": "0"},
        {
            "kind": "a",
            "n": "2",
            "with_ms": "2",
            "total": "15.5",
            "mean": "7.75",
            "max(ms)": "10",
            "min(ms)": "5.5",
        },
        {
            "kind": "b",
            "n": "2",
            "with_ms": "1",
            "total": "20",
            "mean": "20",
            "max(ms)": "20",
            "min(ms)": "20",
        },
    ]


def test_stats_know_the_other_aggregates() -> None:
    found = records(
        [{"v": v, "w": w} for v, w in [(2, "x10"), (4, "x9"), (4, "y"), (4, "x10"), (5, "z"), (5, "z")]]
    )
    found += records([{"v": 7}, {"v": 9}], every_ms=50_000)
    query = "stats stddev(v), pct(v, 50), pct(v, 95) as p95, pct(v, 0) as p0, count_distinct(w) as words"
    assert ask(query, found) == [
        {"stddev(v)": "2", "pct(v, 50)": "4", "p95": "9", "p0": "2", "words": "4"},
    ]
    query = "stats earliest(w) as first, latest(w) as last, sortsFirst(w), sortsLast(w), min(w), max(w)"
    assert ask(query, found) == [
        {
            "first": "x10",
            "last": "z",
            "sortsFirst(w)": "x9",
            "sortsLast(w)": "z",
            "min(w)": "x9",
            "max(w)": "z",
        }
    ]
    assert ask("stats max(@timestamp) - min(@timestamp) as span, latest(@timestamp) as at", found) == [
        {"span": "50000", "at": "1795858250000"}
    ]


def test_stats_compute_with_measures_and_by_expressions() -> None:
    assert rows(
        "stats sum(ms) / count(ms) as mean, max(ms) as most, most - mean as above by strlen(kind) as l"
    ) == [
        {"l": "1", "mean": "11.8333", "most": "20", "above": "8.1667"},
        {},
    ]
    assert rows("stats count(*) by bin(2s) as t | sort t") == [
        {"t": "2026-11-28 09:30:00.000", "count(*)": "2"},
        {"t": "2026-11-28 09:30:02.000", "count(*)": "2"},
        {"t": "2026-11-28 09:30:04.000", "count(*)": "1"},
    ]


def test_stats_of_nothing_are_no_rows() -> None:
    assert rows("filter kind = 'none' | stats count(*)") == []


def test_two_stats_follow_each_other() -> None:
    query = """
    FIELDS strlen(@message) AS message_length
    | STATS sum(message_length) AS bytes, count(*) as events BY BIN(2s) as @t
    | FILTER events > 1
    | STATS max(events) AS most, count(*) as n BY dateceil(@t, 10s)
    """
    assert rows(query) == [
        {"dateceil(@t, 10s)": "2026-11-28 09:30:00.000", "most": "2", "n": "1"},
        {"dateceil(@t, 10s)": "2026-11-28 09:30:10.000", "most": "2", "n": "1"},
    ]
    assert rows("stats sum(id) by kind | stats max(`sum(id)`) as most") == [{"most": "6"}]


def test_rows_of_stats_take_what_follows() -> None:
    query = "stats count(*) as n, sum(id) as s by kind | filter ispresent(kind) | fields n * 2 as twice"
    query += " | sort s desc"
    assert rows(query) == [
        {"kind": "b", "n": "2", "s": "6", "twice": "4"},
        {"kind": "a", "n": "2", "s": "4", "twice": "4"},
    ]
    assert rows(f"{query} | limit 1 | display kind") == [{"kind": "b"}]


def test_matches_are_counted_before_groups_and_limits() -> None:
    found = records(ORDERS)
    assert matched("filter kind = 'a' | stats count(*) by id", found) == 2
    assert matched("filter ispresent(kind) | limit 1", found) == 4
    assert matched("fields id", found) == 5
    assert matched("filter ispresent(kind) | stats count(*) as n by kind | filter n > 5", found) == 4


def test_lines_that_no_parser_likes_are_lines_without_fields() -> None:
    lines = [
        '{"n": ' + "9" * 5000 + "}",
        '{"a":' * 5000,
        '{"n": "\\ud800"}',
        '{"n": 1e999}',
        "{",
        '[{"n": 1}]',
    ]
    assert ask("filter n < 5 | fields n", records(lines)) == []
    answer = ask("stats count(*) as c, max(n), sum(n), count_distinct(n)", records(lines))
    assert answer[0]["c"] == "6"
    assert len(ask("fields n, n + 1 | sort n", records(lines))) == 6


def test_the_limit_of_the_request_comes_last() -> None:
    found = records(ORDERS)
    assert [row["id"] for row in ask("fields id | filter ispresent(id) | limit 3", found, limit=2)] == [
        "4",
        "3",
    ]


def test_numbers_are_shown_as_they_are_in_the_log_and_computed_ones_with_four_decimals() -> None:
    found = records([{"x": 0.123456789, "big": 12345678901234567890, "f": 2.0}])
    assert ask("fields x, x * 1 as y, big, f, f * 1 as g, -0.00001 as z", found) == [
        {"x": "0.123456789", "y": "0.1235", "big": "12345678901234567890", "f": "2.0", "g": "2", "z": "0"}
    ]


@pytest.mark.parametrize("line", ['{"ms": NaN}', '{"ms": Infinity}', '{"ms": 1e400}'])
def test_a_number_that_is_none_takes_no_other_out_of_a_measure(line: str) -> None:
    found = records(['{"ms": 1}', line, '{"ms": 3}'])
    measures = "sum(ms) as all, avg(ms) as mean, max(ms) as most, stddev(ms) as spread"
    assert ask(f"stats {measures}", found) == [{"all": "4", "mean": "2", "most": "3", "spread": "1"}]
    assert [row["ms"] for row in ask("fields ms | filter ms > 0 | sort ms asc", found)] == ["1", "3"]


def test_what_is_too_large_for_a_number_has_no_value() -> None:
    assert value_of("x * 10", {"x": 1e308}) is None
    assert value_of("jsonParse('[NaN]')") is None


def test_a_number_and_its_text_are_one_group() -> None:
    found = records([{"status": 500}, {"status": "500"}, {"status": 404}])
    counted = ask("stats count(*) as n by status | filter status > 400 | sort n desc", found)
    assert counted == [{"status": "500", "n": "2"}, {"status": "404", "n": "1"}]
    assert len(ask("stats count(*) as n by status, bin(1h)", found)) == 2
