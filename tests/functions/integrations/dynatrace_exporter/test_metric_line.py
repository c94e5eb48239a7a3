"""The ingestion protocol's syntax and limits."""

import pytest

from functions.integrations.dynatrace_exporter import metric_line
from functions.integrations.dynatrace_exporter.metric_line import InvalidLine, prefix


def test_a_line_is_key_dimensions_payload_and_milliseconds() -> None:
    begin = prefix("ingestionlab.queue.visible", {"env": "dev", "queue": "events"})
    assert metric_line.gauge(begin, 3.0, 1_800_000_000) == (
        'ingestionlab.queue.visible,env="dev",queue="events" gauge,3 1800000000000'
    )
    assert metric_line.count("a.b.count", 2.0, 60) == "a.b.count count,delta=2 60000"
    assert metric_line.summary("a.b", least=0.5, most=2, total=2.5, count=2, epoch_seconds=60) == (
        "a.b gauge,min=0.5,max=2,sum=2.5,count=2 60000"
    )


@pytest.mark.parametrize(
    ("value", "text"), [(1e21, "1000000000000000000000"), (1e-7, "0.0000001"), (-2.5, "-2.5"), (0.0, "0")]
)
def test_numbers_have_no_exponent(value: float, text: str) -> None:
    assert metric_line.gauge("a.b", value, 0) == f"a.b gauge,{text} 0"


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ('say "no"', r'"say \"no\""'),
        ("a\\b", r'"a\\b"'),
        ("two\r\nlines", '"two lines"'),
        ("ümlaut", '"ümlaut"'),
        ("x" * 300, f'"{"x" * 255}"'),
    ],
)
def test_values_are_quoted_and_stay_on_their_line(value: str, quoted: str) -> None:
    assert prefix("a.b", {"name": value}) == f"a.b,name={quoted}"


def test_a_dimension_without_a_value_is_left_out() -> None:
    assert prefix("a.b", {"name": ""}) == "a.b"


@pytest.mark.parametrize("key", ["ab", "a" * 256, "1ab", "-ab", "a..b", "a.-b", "a b", "ä.b", ""])
def test_a_key_that_dynatrace_would_refuse_is_refused_here(key: str) -> None:
    with pytest.raises(InvalidLine, match="metric key"):
        prefix(key, {})


@pytest.mark.parametrize("name", ["Upper", "ä", "1a", "a b", "a" * 101, ""])
def test_so_is_a_dimension_key(name: str) -> None:
    with pytest.raises(InvalidLine, match="dimension key"):
        prefix("a.b", {name: "x"})


def test_dimensions_are_fifty_at_most() -> None:
    names = {f"d{index}": "x" for index in range(50)}
    assert prefix("a.b", names).count("=") == 50
    with pytest.raises(InvalidLine, match="51 dimensions"):
        prefix("a.b", names | {"one_more": "x"})
