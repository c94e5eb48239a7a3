"""Bodies of dashboards: those of the documentation, and odd ones."""

import json
from typing import Any

import pytest

from ops.lab.console.dashboard.body import WidgetPlace, parse_body

# CloudWatch API reference, "Dashboard Body Structure and Syntax", the first example.
DOCUMENTED = {
    "start": "-PT6H",
    "periodOverride": "inherit",
    "widgets": [
        {
            "type": "metric",
            "x": 0,
            "y": 0,
            "width": 12,
            "height": 6,
            "properties": {
                "metrics": [["AWS/EC2", "CPUUtilization", "InstanceId", "i-012345"]],
                "period": 300,
                "stat": "Average",
                "region": "us-east-1",
                "title": "EC2 Instance CPU",
                "liveData": False,
                "legend": {"position": "right"},
            },
        },
        {
            "type": "text",
            "x": 0,
            "y": 7,
            "width": 3,
            "height": 3,
            "properties": {"markdown": "Hello world"},
        },
    ],
}


def of(*widgets: dict[str, Any], **rest: Any) -> str:
    return json.dumps({"widgets": list(widgets), **rest})


def test_the_documented_body() -> None:
    body = parse_body(json.dumps(DOCUMENTED))

    assert [widget.kind for widget in body.widgets] == ["metric", "text"]
    assert body.widgets[0].place == WidgetPlace(0, 0, 12, 6)
    assert body.widgets[0].title == "EC2 Instance CPU"
    assert body.seconds == 6 * 3_600
    assert body.inherits
    assert body.notes == ()


def test_widgets_without_a_place_follow_each_other_in_rows_of_24_columns() -> None:
    body = parse_body(of(*({"type": "text", "width": width} for width in (12, 12, 20, 6))))

    assert [(each.place.x, each.place.y) for each in body.widgets] == [(0, 0), (12, 0), (0, 6), (0, 12)]


def test_a_size_is_6_by_6_and_stays_in_the_grid() -> None:
    body = parse_body(of({"type": "text"}, {"type": "text", "width": 99, "x": 99, "height": "tall"}))

    assert [(each.place.width, each.place.height) for each in body.widgets] == [(6, 6), (24, 6)]
    assert body.widgets[1].place.x == 0


def test_widgets_come_in_the_order_in_which_they_are_read() -> None:
    body = parse_body(
        of({"type": "log", "x": 12, "y": 6}, {"type": "alarm", "x": 0, "y": 6}, {"type": "text", "y": 0})
    )

    assert [each.key for each in body.widgets] == ["w2", "w1", "w0"]


@pytest.mark.parametrize(
    ("start", "seconds"),
    [("-PT3H", 10_800), ("-P1D", 86_400), ("-P1W", 604_800), ("-P1DT30M", 88_200), ("-P", None), ("", None)],
)
def test_how_far_back_it_begins(start: str, seconds: int | None) -> None:
    assert parse_body(of(start=start)).seconds == seconds


def test_what_is_not_drawn_is_named() -> None:
    body = parse_body(
        of(
            {"type": "explorer"},
            start="2026-01-01T00:00:00Z",
            end="2026-01-02T00:00:00Z",
            variables=[{"type": "property", "id": "fn", "label": "Function"}],
            novelty=1,
        )
    )

    assert not body.widgets[0].drawn
    told = " ".join(body.notes)
    for named in ("novelty", "Function", "2026-01-01", "2026-01-02"):
        assert named in told


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"widgets": {}}'])
def test_what_is_no_body_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_body(text)
