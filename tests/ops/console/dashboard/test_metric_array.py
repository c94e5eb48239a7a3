"""The short forms of the metric array, by the documentation of dashboards' bodies."""

from typing import Any

import pytest

from ops.lab.console.dashboard.metric_array import UnreadableMetric, WidgetLine, read_lines


def read(*metrics: Any) -> list[WidgetLine]:
    return read_lines(metrics, stat="Average", period=300)


def test_a_metric_takes_statistic_and_period_of_its_widget() -> None:
    [line] = read(["AWS/EC2", "DiskReadBytes", "InstanceId", "i-xyz"])

    assert (line.namespace, line.name, line.dimensions) == (
        "AWS/EC2",
        "DiskReadBytes",
        (("InstanceId", "i-xyz"),),
    )
    assert (line.stat, line.period, line.axis, line.visible) == ("Average", 300, "left", True)


def test_its_own_properties_go_first() -> None:
    properties = {
        "stat": "p99",
        "period": 60,
        "label": "reads",
        "yAxis": "right",
        "visible": False,
        "id": "m1",
    }
    [line] = read(["AWS/EC2", "DiskReadBytes", "InstanceId", "i-xyz", properties])

    assert (line.id, line.label, line.stat, line.period) == ("m1", "reads", "p99", 60)
    assert (line.axis, line.visible) == ("right", False)


def test_a_point_is_the_field_of_the_metric_before() -> None:
    lines = read(
        ["AWS/EC2", "DiskReadBytes", "InstanceId", "i-1"],
        [".", "DiskWriteBytes", ".", "."],
        [".", ".", ".", "i-2"],
    )

    assert [(line.name, line.dimensions[0][1]) for line in lines] == [
        ("DiskReadBytes", "i-1"),
        ("DiskWriteBytes", "i-1"),
        ("DiskWriteBytes", "i-2"),
    ]


def test_three_points_are_the_fields_that_are_left_out() -> None:
    lines = read(
        ["AWS/Lambda", "Errors", "FunctionName", "f", "Resource", "f:1"],
        ["...", "f:2"],
        ["...", {"stat": "Sum"}],
    )

    assert [dict(line.dimensions) for line in lines] == [
        {"FunctionName": "f", "Resource": "f:1"},
        {"FunctionName": "f", "Resource": "f:2"},
        {"FunctionName": "f", "Resource": "f:2"},
    ]
    assert lines[2].stat == "Sum"


def test_an_expression_stands_between_metrics_and_changes_none() -> None:
    lines = read(
        ["AWS/Lambda", "Errors", "FunctionName", "f", {"id": "m1"}],
        [{"expression": "m1 * 100", "label": "percent", "id": "e1"}],
        ["...", "g", {"id": "m2"}],
    )

    assert lines[1].expression == "m1 * 100"
    assert lines[2].dimensions == (("FunctionName", "g"),)


@pytest.mark.parametrize(
    "metrics",
    [
        (["..."],),
        ([".", "Errors"],),
        (["AWS/Lambda"],),
        (["AWS/Lambda", "Errors", "FunctionName"],),
        ("AWS/Lambda",),
        (["A", "B"], [".", ".", ".", "x"]),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_number(metrics: Any) -> None:
    with pytest.raises(UnreadableMetric, match=r"metric [12]"):
        read(*metrics)


def test_properties_that_are_not_known_are_kept_by_name() -> None:
    [line] = read(["A", "B", {"color": "#fff", "sparkles": True}])
    assert line.ignored == ("sparkles",)
