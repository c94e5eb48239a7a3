"""Widgets: what each kind shows, and that what it does not show is named."""

from typing import Any

import pytest

from ops.lab.console.dashboard.alarm_widget import AlarmStatus, alarm_names, statuses
from ops.lab.console.dashboard.body import DashboardWidget, WidgetPlace
from ops.lab.console.dashboard.log_widget import log_widget
from ops.lab.console.dashboard.metric_queries import asks_alone, queries_of
from ops.lab.console.dashboard.metric_widget import WidgetLevel, metric_widget
from ops.lab.console.dashboard.text_widget import text_as_html

HERE = "us-east-1"
METRICS = [
    ["AWS/Lambda", "Errors", "FunctionName", "f", {"id": "m1", "visible": False}],
    [".", "Invocations", ".", ".", {"id": "m10"}],
    [{"expression": "100 * m1 / m10", "label": "percent", "id": "e1"}],
    [{"expression": "SEARCH('{N,m1} MetricName=\"m10\"', 'Sum', 60)", "id": "e2"}],
]


def widget(kind: str = "metric", **properties: Any) -> DashboardWidget:
    return DashboardWidget("w3", kind, WidgetPlace(0, 0, 6, 6), properties)


def test_queries_of_several_widgets_do_not_meet() -> None:
    shown = metric_widget(widget(metrics=METRICS, stat="Sum", period=60), HERE)
    queries = {query["Id"]: query for query in queries_of(shown, 60)}

    assert list(queries) == ["w3_m1", "w3_m10", "w3_e1", "w3_e2"]
    assert not queries["w3_m1"]["ReturnData"]
    assert queries["w3_e1"]["Expression"] == "100 * w3_m1 / w3_m10"
    assert queries["w3_e2"]["Expression"] == METRICS[3][0]["expression"], "text in quotes has no ids"  # type: ignore[index]
    assert queries["w3_m10"]["MetricStat"]["Period"] == 60


def test_periods_are_not_shorter_than_the_span_can_show() -> None:
    shown = metric_widget(widget(metrics=METRICS, period=60), HERE)
    assert {query["MetricStat"]["Period"] for query in queries_of(shown, 300)[:2]} == {300}


def test_an_expression_over_all_metrics_asks_alone() -> None:
    assert not asks_alone(metric_widget(widget(metrics=METRICS), HERE))
    assert asks_alone(metric_widget(widget(metrics=[*METRICS, [{"expression": "SUM(METRICS())"}]]), HERE))


def test_axes_and_levels() -> None:
    shown = metric_widget(
        widget(
            metrics=METRICS,
            yAxis={"left": {"min": 0, "max": 5}, "right": {"showUnits": False}},
            annotations={
                "horizontal": [
                    {"value": 3, "label": "too many"},
                    {"value": 9, "visible": False},
                    [{"value": 1}, {"value": 2}],
                ]
            },
        ),
        HERE,
    )
    assert shown.limits == {"left": {"min": 0.0, "max": 5.0}, "right": {}}
    assert shown.levels == (WidgetLevel(3.0, "too many"), WidgetLevel(1.0, ""), WidgetLevel(2.0, ""))
    assert any("bands" in note for note in shown.notes)


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ({"view": "pie"}, "pie"),
        ({"stacked": True}, "stacked"),
        ({"annotations": {"vertical": [{"value": "2026-01-01"}]}}, "vertical"),
        ({"sparkline": True}, "sparkline"),
        ({"setPeriodToTimeRange": True}, "setPeriodToTimeRange"),
        ({"yAxis": {"left": {"label": "Messages"}}}, "Messages"),
    ],
)
def test_what_a_metric_widget_does_not_draw_is_named(properties: dict[str, Any], named: str) -> None:
    shown = metric_widget(widget(metrics=METRICS, **properties), HERE)
    assert not shown.problem
    assert named in " ".join(shown.notes)


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ({"metrics": METRICS, "region": "eu-west-1"}, "eu-west-1"),
        ({"metrics": [["A", "B", {"region": "eu-west-1"}]]}, "eu-west-1"),
        ({"metrics": METRICS, "accountId": "123456789012"}, "123456789012"),
        ({"metrics": [["A"]]}, "cannot be read"),
        ({"metrics": METRICS, "period": "often"}, "cannot be read"),
        ({}, "no metrics"),
    ],
)
def test_a_widget_whose_metrics_cannot_be_had_says_so(properties: dict[str, Any], why: str) -> None:
    shown = metric_widget(widget(**properties), HERE)
    assert why in shown.problem
    assert shown.lines == ()


def test_an_alarms_widget_shows_its_metric_and_threshold() -> None:
    arn = "arn:aws:cloudwatch:us-east-1:1:alarm:Deep"
    shown = metric_widget(widget(annotations={"alarms": [arn, arn + "er"]}), HERE)
    alarm: Any = {
        "AlarmName": "Deep",
        "Namespace": "AWS/SQS",
        "MetricName": "Depth",
        "Dimensions": [{"Name": "QueueName", "Value": "q"}],
        "Statistic": "Maximum",
        "Period": 60,
        "Threshold": 7.0,
    }
    drawn = shown.with_alarms({"Deep": alarm})

    assert shown.alarms == ("Deep", "Deeper")
    assert (drawn.lines[0].stat, drawn.lines[0].dimensions) == ("Maximum", (("QueueName", "q"),))
    assert drawn.levels[0].value == 7.0
    assert "there is no metric alarm Deeper" in drawn.notes


def test_markdown_is_html_without_any_of_its_own() -> None:
    html = text_as_html(
        "# Head\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://a.example/p.png)\n\n"
        "[button:primary:Go](https://a.example)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert "<h3>Head</h3>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html
    assert '<a href="https://a.example"' in html
    assert "<table>" in html
    assert "[button" not in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("query", "groups", "rest"),
    [
        ("SOURCE '/aws/lambda/f' | fields @message", ("/aws/lambda/f",), "fields @message"),
        ("SOURCE 'a' | SOURCE 'b' | stats count()\n| limit 5", ("a", "b"), "stats count()\n| limit 5"),
    ],
)
def test_a_log_query_names_its_groups(query: str, groups: tuple[str, ...], rest: str) -> None:
    shown = log_widget(widget("log", query=query, region=HERE), HERE)
    assert (shown.groups, shown.query, shown.problem) == (groups, rest, "")


@pytest.mark.parametrize(
    "properties",
    [
        {"query": "fields @message"},
        {"query": "SOURCE logGroups(namePrefix: ['a']) | fields @message"},
        {"query": "SOURCE 'a'"},
        {"query": "SOURCE 'a' | fields x", "region": "eu-west-1"},
        {"query": "SOURCE 'a' | fields x", "queryLanguage": "SQL"},
        {"query": "SOURCE 'a' | fields x", "accountId": "123456789012"},
    ],
)
def test_a_log_query_that_cannot_be_asked_says_why(properties: dict[str, Any]) -> None:
    assert log_widget(widget("log", **properties), HERE).problem


def test_an_alarm_widget_sorts_and_filters() -> None:
    arns = [f"arn:aws:cloudwatch:us-east-1:1:alarm:{name}" for name in ("Fine", "Gone", "Bad")]
    known = {"Fine": AlarmStatus("Fine", "OK"), "Bad": AlarmStatus("Bad", "ALARM")}

    assert alarm_names(widget("alarm", alarms=arns)) == ["Fine", "Gone", "Bad"]
    assert [each.name for each in statuses(widget("alarm", alarms=arns), known)] == ["Bad", "Fine", "Gone"]
    [only] = statuses(widget("alarm", alarms=arns, states=["ALARM"]), known)
    assert only.name == "Bad"
