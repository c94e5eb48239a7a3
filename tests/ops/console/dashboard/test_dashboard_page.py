"""Page of the dashboards, on an account that only moto answers for."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from starlette.testclient import TestClient

from ops.lab.app.target import Target
from ops.lab.console.dashboard.dashboards import dashboard_names
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.app import create_app
from tests.ops.console.conftest import HOST, new_context

DEPTH = [["N", "Depth", "Q", "q"]]
ALARM = "arn:aws:cloudwatch:us-east-1:1:alarm:Deep"
BODY = {
    "start": "-PT3H",
    "widgets": [
        {"type": "metric", "width": 12, "properties": {"title": "Depth <b>", "metrics": DEPTH}},
        {"type": "metric", "properties": {"title": "One", "view": "singleValue", "metrics": DEPTH}},
        {"type": "metric", "properties": {"title": "Odd", "metrics": [[{"expression": "NOVELTY(1)"}]]}},
        {"type": "text", "properties": {"markdown": "# Read me\n<img src=x onerror=alert(1)>"}},
        {"type": "log", "properties": {"title": "Lines", "query": "SOURCE 'group' | fields @message"}},
        {"type": "alarm", "properties": {"title": "States", "alarms": [ALARM]}},
        {"type": "explorer", "properties": {"title": "Explored"}},
    ],
}


class MetricsStub:
    """GetMetricData, which refuses functions that it does not know, as the emulator does."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        queries = request["MetricDataQueries"]
        self.asked.append([query["Id"] for query in queries])
        if any("NOVELTY" in query.get("Expression", "") for query in queries):
            message = "the function NOVELTY is not offered here"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "GetMetricData")
        at = request["StartTime"]
        found = [
            {"Id": query["Id"], "Label": "Depth", "Timestamps": [at], "Values": [3.0]} for query in queries
        ]
        return [{"MetricDataResults": found}]


@pytest.fixture
def metrics(target: Target, monkeypatch: pytest.MonkeyPatch) -> MetricsStub:
    stub = MetricsStub()
    monkeypatch.setattr(target.cloudwatch, "get_paginator", lambda _: stub)
    return stub


@pytest.fixture
def page(target: Target, tmp_path: Path, metrics: MetricsStub) -> TestClient:
    target.cloudwatch.put_dashboard(DashboardName="board", DashboardBody=json.dumps(BODY))
    return TestClient(
        create_app(new_context(tmp_path, link=TargetLink(lambda: target))), base_url=f"http://{HOST}"
    )


def test_the_page_has_every_widget_or_says_why_not(page: TestClient) -> None:
    text = page.get("/dashboard").text

    assert 'class="widget x-0 w-12 h-6"' in text
    assert "Depth &lt;b&gt;" in text
    assert 'data-numbers="w1"' in text
    assert "<h3>Read me</h3>" in text
    assert "<img" not in text
    assert "Run the query" in text
    assert "there is no such alarm" in text
    assert "widgets of the type explorer are not drawn here" in text
    assert " style=" not in text
    assert '?span=3h&amp;name=board" aria-current' in text


def test_a_widget_that_is_refused_says_so_and_the_others_have_their_values(
    page: TestClient, metrics: MetricsStub
) -> None:
    data = page.get("/dashboard/data?span=1h").json()

    charts = {chart["key"]: chart for chart in data["charts"]}
    assert "NOVELTY" in charts["w2"]["problem"]
    assert charts["w0"]["series"][0]["values"][0] == 3.0
    assert "at most 3" in charts["w0"]["words"]
    assert metrics.asked == [["w0_line0", "w1_line0", "w2_line0"], ["w0_line0"], ["w1_line0"], ["w2_line0"]]
    assert page.get("/dashboard/data?span=1h").json() == data
    assert len(metrics.asked) == 4, "pages share one answer"


def test_a_log_query_is_not_asked_by_an_address_that_is_opened(page: TestClient) -> None:
    assert page.get("/dashboard/log?widget=w4").status_code == 409
    asked = page.get("/dashboard/log?widget=w0", headers={"HX-Request": "true"})
    assert asked.status_code == 409
    assert "no log widget" in asked.text


def test_the_states_of_an_alarm_widget(page: TestClient, target: Target) -> None:
    target.cloudwatch.put_metric_alarm(
        AlarmName="Deep",
        Namespace="N",
        MetricName="Depth",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    target.cloudwatch.set_alarm_state(AlarmName="Deep", StateValue="ALARM", StateReason="test")

    text = page.get("/dashboard/alarms?widget=w5").text

    assert "▲ ALARM" in text
    assert "Deep" in text


def test_a_dashboard_of_another_app_is_not_shown(page: TestClient, target: Target) -> None:
    target.cloudwatch.put_dashboard(DashboardName="theirs", DashboardBody=json.dumps(BODY))
    answer = page.get("/dashboard?name=theirs")
    assert answer.status_code == 409
    assert "no dashboard" in answer.text


def test_the_ingestion_pipelines_dashboard_comes_first(target: Target) -> None:
    target.stacks().outputs["CsvDashboardName"] = "a-csv-board"
    assert dashboard_names(target) == ["board", "a-csv-board"]


def test_an_app_without_a_dashboard_says_so(page: TestClient, target: Target) -> None:
    del target.stacks().outputs["DashboardName"]
    assert "No stack of the app names a dashboard" in page.get("/dashboard").text
