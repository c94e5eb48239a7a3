"""Dashboards as the CDK synthesizes them: the console draws all of each, and leaves nothing out."""

import pytest

from ops.lab.console.dashboard.body import parse_body
from ops.lab.console.dashboard.metric_queries import queries_of
from ops.lab.console.dashboard.metric_widget import metric_widget
from tests.infra.templates import Synthesized

RESOLVED = "resolved"  # in place of every reference, the region's too


@pytest.mark.parametrize("of", ["dev", "files"])
def test_the_console_draws_every_widget(of: str, request: pytest.FixtureRequest) -> None:
    pipeline: Synthesized = request.getfixturevalue(of)
    dashboards = pipeline.resources("AWS::CloudWatch::Dashboard").values()
    assert dashboards
    for dashboard in dashboards:
        _, parts = dashboard["DashboardBody"]["Fn::Join"]
        body = parse_body("".join(part if isinstance(part, str) else RESOLVED for part in parts))
        assert body.notes == ()
        assert body.seconds == 10_800
        assert body.widgets
        for widget in body.widgets:
            assert widget.kind == "metric"
            drawn = metric_widget(widget, RESOLVED)
            assert (drawn.problem, drawn.notes) == ("", ())
            assert len(queries_of(drawn, 60)) == len(widget.properties["metrics"])
