"""Metric queries of a dashboard: those of all widgets in one request, each under a name of its own."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ops.lab.console.dashboard.metric_array import WidgetLine
from ops.lab.console.dashboard.metric_widget import MetricWidget

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

# Text in quotes, such as a SEARCH, has no ids; other words may be some.
_WORDS = re.compile(r"'[^']*'|\"[^\"]*\"|[a-zA-Z]\w*")
_ALL_METRICS = re.compile(r"\bMETRICS\s*\(")


def queries_of(widget: MetricWidget, shortest: int) -> list["MetricDataQueryTypeDef"]:
    """The widget's queries, whose ids begin with its key. Shorter periods become `shortest` seconds."""
    ids = {line.id: query_id(widget, line) for line in widget.lines}
    return [_query(line, ids, max(line.period, shortest)) for line in widget.lines]


def query_id(widget: MetricWidget, line: WidgetLine) -> str:
    """What the line is called in a request for several widgets."""
    return f"{widget.key}_{line.id}"


def period_of(line: WidgetLine, shortest: int) -> int:
    """Seconds between two values of the line."""
    return max(line.period, shortest)


def asks_alone(widget: MetricWidget) -> bool:
    """Whether an expression means all metrics of its request: METRICS() (user guide, "Using metric math")."""
    return any(_ALL_METRICS.search(line.expression) for line in widget.lines)


def _query(line: WidgetLine, ids: Mapping[str, str], period: int) -> "MetricDataQueryTypeDef":
    common: MetricDataQueryTypeDef = {"Id": ids[line.id], "ReturnData": line.visible}
    if line.label:
        common["Label"] = line.label
    if line.expression:
        return {**common, "Expression": _renamed(line.expression, ids), "Period": period}
    return {
        **common,
        "MetricStat": {
            "Metric": {
                "Namespace": line.namespace,
                "MetricName": line.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in line.dimensions],
            },
            "Period": period,
            "Stat": line.stat,
        },
    }


def _renamed(expression: str, ids: Mapping[str, str]) -> str:
    return _WORDS.sub(lambda word: ids.get(word[0], word[0]), expression)
