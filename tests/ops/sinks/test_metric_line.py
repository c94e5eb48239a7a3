"""The protocol's rules, one wrong line each."""

import pytest

from ops.lab.sinks.metric_line import InvalidMetricLine, read_line

_NOW = 1_763_717_400.0
_NOW_MS = 1_763_717_400_000


@pytest.mark.parametrize(
    "line",
    [
        "abc 1",
        "a_b-c.D2.3x 1",
        "_start.key -1.5e-3",
        "abc,dim=plain 1",
        'abc,dim="with space, comma = and ü" 1',
        'abc,a.b:c-d_e="x" gauge,1',
        'abc,dim="x" gauge,min=1,max=3,sum=4,count=2',
        "abc count,delta=0",
        f"abc 1 {_NOW_MS}",
        f"abc 1 {_NOW_MS - 3_600_000}",
        f"abc 1 {_NOW_MS + 600_000}",
        "abc" + "".join(f",d{number}=x" for number in range(50)) + " 1",
        "k" * 255 + " 1",
    ],
)
def test_a_right_line_parses(line: str) -> None:
    assert read_line(line, _NOW).key == line.partition(" ")[0].partition(",")[0]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "invalid metric key"),
        ("ab 1", "invalid metric key"),
        ("k" * 256 + " 1", "invalid metric key"),
        ("1abc 1", "invalid metric key"),
        ("-abc 1", "invalid metric key"),
        ("abc.-d 1", "invalid metric key"),
        ("abc..d 1", "invalid metric key"),
        ("abc. 1", "invalid metric key"),
        ("größe 1", "invalid metric key"),
        ("dt.abc 1", "reserved"),
        ("abc,Dim=x 1", "invalid dimension key"),
        ("abc,dim 1", "invalid dimension key"),
        ("abc, 1", "invalid dimension key"),
        ("abc,1dim=x 1", "invalid dimension key"),
        ("abc," + "d" * 101 + "=x 1", "invalid dimension key"),
        ("abc,dim= 1", "invalid dimension value"),
        ('abc,dim="open 1', "invalid dimension value"),
        ('abc,dim="bad \\n escape" 1', "invalid dimension value"),
        ('abc,dim="" 1', "0 characters"),
        ('abc,dim="' + "v" * 251 + '" 1', "251 characters"),
        ("abc,dim=x,dim=y 1", "twice"),
        ("abc" + "".join(f",d{number}=x" for number in range(51)) + " 1", "51 dimensions"),
        ("abc", "no space before the payload"),
        ('abc,dim="x"1', "no space before the payload"),
        ("abc ", "no payload"),
        ("abc one", "no finite number"),
        ("abc NaN", "no finite number"),
        ("abc 1e999", "no finite number"),
        ("abc gauge,", "no finite number"),
        ("abc gauge,min=1,max=3", "a summary needs"),
        ("abc gauge,min=1,max=3,sum=4,count=2,count=2", "a summary needs"),
        ("abc gauge,min=1,max=3,sum=4,count=0", "whole number above 0"),
        ("abc gauge,min=1,max=3,sum=9,count=2", "inconsistent gauge fields"),
        ("abc count,5", "delta="),
        ("abc count,delta=x", "no finite number"),
        ("abc histogram,1", "unknown format"),
        (f"abc 1 {_NOW_MS - 3_600_001}", "1 hour ago"),
        (f"abc 1 {_NOW_MS + 600_001}", "10 minutes ahead"),
        (f"abc 1 {_NOW_MS // 1000}", "1 hour ago"),
        ("abc 1 now", "no number"),
        (f"abc 1 {_NOW_MS} more", "follows the timestamp"),
    ],
)
def test_a_wrong_line_is_refused_with_the_reason(line: str, problem: str) -> None:
    with pytest.raises(InvalidMetricLine, match=problem):
        read_line(line, _NOW)
