"""Page of the timeline, on an account that only moto answers for."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ops.lab.app.stacks import Stacks
from ops.lab.app.target import Target
from ops.lab.console.context import ConsoleContext
from ops.lab.console.looking.observation import Observation
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.app import create_app
from ops.lab.console.timeline.charts import CHARTS, charts
from ops.lab.console.timeline.time_span import SPANS
from ops.lab.waiting import eventually
from tests.ops.console.conftest import HOST, new_context

NAMESPACE = "IngestionLab/dev"


class Pages:
    """Answers of a paginator: an account whose stacks and histories are not told, since moto has neither."""

    def __init__(self, page: dict[str, Any]) -> None:
        self.page = page

    def get_paginator(self, _: str) -> "Pages":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [self.page]


class Metrics:
    """GetMetricData, with a value of the last minute for each query."""

    def __init__(self) -> None:
        self.asked: list[list[dict[str, Any]]] = []

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        self.asked.append(request["MetricDataQueries"])
        at = request["EndTime"].replace(second=0, microsecond=0)
        return [
            {
                "MetricDataResults": [
                    {
                        "Id": each["Id"],
                        "Label": "Poison" if "Expression" in each else "x",
                        "Timestamps": [at],
                        "Values": [2.0],
                    }
                    for each in request["MetricDataQueries"]
                ]
            }
        ]


@pytest.fixture
def deployed(target: Target) -> Target:
    """With the functions' names, and the alarm that has the API's id."""
    outputs = target.stacks().outputs
    outputs |= {"IngestFunctionName": "ingest", "WorkerFunctionName": "worker"}
    outputs |= {"Api5xxAlarmName": "IngestionLab-dev-Api5xx"}
    vars(target)["cloudformation"] = Pages({"Stacks": []})
    target.cloudwatch.put_metric_alarm(
        AlarmName="IngestionLab-dev-Api5xx",
        Namespace="AWS/ApiGateway",
        MetricName="5xx",
        Dimensions=[{"Name": "ApiId", "Value": "abc"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    return target


@pytest.fixture
def context(deployed: Target, tmp_path: Path) -> ConsoleContext:
    return new_context(tmp_path, link=TargetLink(lambda: deployed))


@pytest.fixture
def page(context: ConsoleContext) -> TestClient:
    """A client without the poller: nothing looks at the account but what a test asks for."""
    return TestClient(create_app(context), base_url=f"http://{HOST}")


def test_every_chart_has_its_curves(deployed: Target) -> None:
    found = charts(deployed)

    assert [chart.frame for chart in found] == list(CHARTS)
    keys = [curve.key for chart in found for curve in chart.curves]
    assert len(keys) == len(set(keys))
    searched = [curve for chart in found for curve in chart.curves if curve.dimension]
    assert searched[0].query(60)["Expression"] == (
        "SEARCH('{IngestionLab/dev,ErrorType} MetricName=\"Errors\"', 'Sum', 60)"
    )


def test_the_page_has_a_place_for_each_chart_and_a_way_by_keyboard(page: TestClient) -> None:
    text = page.get("/timeline").text

    for frame in CHARTS:
        assert f'data-plot="{frame.key}"' in text
    for way in ("earlier", "in", "out", "later", "reset"):
        assert f'data-zoom="{way}"' in text
    for span in SPANS:
        assert f'href="/timeline?span={span.name}"' in text
    assert " style=" not in text


def test_a_span_that_there_is_not_is_said(page: TestClient) -> None:
    answer = page.get("/timeline?span=<b>")
    assert answer.status_code == 409
    assert "there is no span" in answer.text
    assert "<b>'" not in answer.text


@pytest.fixture
def metrics(deployed: Target, monkeypatch: pytest.MonkeyPatch) -> Metrics:
    """What the account is asked for."""
    found, histories = Metrics(), Pages({"AlarmHistoryItems": []})
    monkeypatch.setattr(
        deployed.cloudwatch,
        "get_paginator",
        lambda name: found if name == "get_metric_data" else histories,
    )
    return found


def test_the_page_begins_the_reading_that_it_will_ask_for(
    page: TestClient, context: ConsoleContext, metrics: Metrics
) -> None:
    context.poller.latest = Observation(at=1.0)
    page.get("/timeline?span=24h")
    eventually(lambda: metrics.asked, within=10, what="the reading ahead of the script's request")
    assert page.get("/timeline/data?span=24h").json()["charts"]
    assert len(metrics.asked) == 1


def test_the_data_of_a_span(page: TestClient, context: ConsoleContext, metrics: Metrics) -> None:
    context.journal.add("Heal", "the failure mode is none")

    data = page.get("/timeline/data?span=1h").json()
    again = page.get("/timeline/data?span=1h").json()

    assert again == data
    assert len(metrics.asked) == 1, "pages share one call"
    assert {each["MetricStat"]["Period"] for each in metrics.asked[0] if "MetricStat" in each} == {60}
    assert [chart["key"] for chart in data["charts"]] == [frame.key for frame in CHARTS]
    assert data["to"] <= time.time()
    for chart in data["charts"]:
        for line in chart["series"]:
            assert len(line["values"]) == len(data["times"])
    failed = next(chart for chart in data["charts"] if chart["key"] == "failed")
    assert [line["label"] for line in failed["series"]] == ["Poison"]
    assert [mark["title"] for mark in data["marks"]] == ["Heal"]
    assert json.dumps(data)


def test_without_a_lab_it_says_so(tmp_path: Path) -> None:
    client = TestClient(create_app(new_context(tmp_path)), base_url=f"http://{HOST}")
    answer = client.get("/timeline/data", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert "lab up" in answer.text


def test_after_another_deployment_everything_is_read_anew(
    page: TestClient, deployed: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics, histories = Metrics(), Pages({"AlarmHistoryItems": []})
    monkeypatch.setattr(
        deployed.cloudwatch,
        "get_paginator",
        lambda name: metrics if name == "get_metric_data" else histories,
    )
    page.get("/timeline/data?span=24h")
    deployed.stacks().outputs["WorkerFunctionName"] = "another-worker"
    other = Stacks("dev", deployed.stacks().statuses, dict(deployed.stacks().outputs))
    monkeypatch.setattr(deployed, "stacks", lambda: other)
    deployed.forget_outputs()

    page.get("/timeline/data?span=24h")

    asked = json.dumps(metrics.asked[-1])
    assert len(metrics.asked) == 2
    assert "another-worker" in asked
