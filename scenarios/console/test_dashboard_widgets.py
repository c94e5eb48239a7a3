"""Log and alarm widgets of a dashboard, which the app deploys none of: put there, and seen in a browser."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import log_group
from ops.lab.app.target import Target
from ops.lab.app.traffic import send_events
from ops.lab.console.dashboard.dashboards import dashboard_names
from ops.lab.waiting import eventually
from scenarios.console.accessibility import AXE, findings
from scenarios.console.controls import presses
from scenarios.console.visitor import Visitor
from scenarios.ingestion import IngestionPipeline

NO_SUCH_ALARM = "NoSuchAlarm"
SIGNS = {"OK": "✓ OK", "ALARM": "▲ ALARM", "INSUFFICIENT_DATA": "? unknown"}


@pytest.fixture
def other_body(pipeline: IngestionPipeline) -> Iterator[str]:
    """A body for the app's dashboard, with both kinds of widgets; what was deployed is put back."""
    target = pipeline.target
    name = dashboard_names(target)[0]
    before = target.cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    yield json.dumps({"widgets": _widgets(target)})
    target.cloudwatch.put_dashboard(DashboardName=name, DashboardBody=before)


def _widgets(target: Target) -> list[dict[str, object]]:
    source = f"SOURCE '{log_group(target, FunctionName.WORKER)}'"
    query = f"{source} | fields @timestamp, idempotencyKey, status | filter ispresent(idempotencyKey)"
    dlq = target.output("DlqDepthAlarmName")
    arn = target.cloudwatch.describe_alarms(AlarmNames=[dlq])["MetricAlarms"][0]["AlarmArn"]
    missing = arn.replace(dlq, NO_SUCH_ALARM)
    return [
        {"type": "log", "width": 12, "properties": {"title": "Worker's lines", "query": query}},
        {"type": "alarm", "width": 12, "properties": {"title": "States", "alarms": [arn, missing]}},
        {"type": "log", "properties": {"title": "Elsewhere", "query": query, "region": "xx-none-1"}},
    ]


def _state(target: Target, alarm: str) -> str:
    return target.cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"][0]["StateValue"]


@presses("GET /dashboard/log")
def test_a_dashboard_of_logs_and_alarms_is_shown(
    visitor: Visitor, pipeline: IngestionPipeline, other_body: str, pictures: Path
) -> None:
    target = pipeline.target
    run = f"widget-{secrets.token_hex(4)}"
    send_events(target, 1, run=run)
    pipeline.await_status(f"{run}-000001", "SUCCEEDED")
    with visitor.visit("/dashboard") as visit:
        expect(visit.page.locator(".uplot").first).to_be_visible(timeout=60_000)
        target.cloudwatch.put_dashboard(DashboardName=dashboard_names(target)[0], DashboardBody=other_body)
        # The page that is open finds out by itself, and loads again.
        visit.expect("section.log h2", "Worker's lines", seconds=120)

        shown = visit.page.locator("section.alarms .statuses li")
        expect(shown).to_have_count(2)
        expect(shown.filter(has_text=NO_SUCH_ALARM)).to_contain_text("there is no such alarm")
        dlq = target.output("DlqDepthAlarmName")
        eventually(
            lambda: (_state(target, dlq), shown.filter(has_text=dlq).inner_text()),
            within=60,
            until=lambda seen: SIGNS[seen[0]] in seen[1],
            what="the alarm's state in the page",
        )
        visit.expect("main", "it reads the logs of xx-none-1; this page reads")

        visit.press("Run the query")
        visit.expect("section.log table", f"{run}-000001")
        visit.take_picture(pictures / "dashboard-widgets.png", whole=True)
        assert visit.overflow == 0
        if AXE.is_file():
            assert findings(visit.page) == []
        assert visit.complaints == []
