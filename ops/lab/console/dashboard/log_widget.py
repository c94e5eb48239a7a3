"""Log widget of a dashboard: the log groups that it names, and the query that follows them."""

import re
from dataclasses import dataclass

from ops.lab.console.dashboard.body import DashboardWidget

# "SOURCE 'group' | SOURCE 'group' | fields …": what the console and the CDK write.
_SOURCE = re.compile(r"\s*SOURCE\s+(?:'([^']+)'|\"([^\"]+)\")\s*(?:\||$)", re.IGNORECASE)
_ANY_SOURCE = re.compile(r"\s*SOURCE\b", re.IGNORECASE)
_LANGUAGE = "CWLI"


@dataclass(frozen=True)
class LogWidget:
    """`problem` says why it cannot be asked; `notes` what is told in another way than there."""

    key: str
    title: str
    groups: tuple[str, ...]
    query: str
    notes: tuple[str, ...] = ()
    problem: str = ""


def log_widget(widget: DashboardWidget, region: str) -> LogWidget:
    """Read the widget for a target in that region."""
    properties = widget.properties
    groups, query = _split(str(properties.get("query") or ""))
    view = str(properties.get("view") or "table")
    return LogWidget(
        widget.key,
        widget.title or "Logs",
        groups,
        query,
        () if view == "table" else (f"the view {view} is told as a table",),
        _problem(widget, groups, query, region),
    )


def _split(query: str) -> tuple[tuple[str, ...], str]:
    groups: list[str] = []
    while match := _SOURCE.match(query):
        groups.append(match[1] or match[2])
        query = query[match.end() :]
    return tuple(groups), query.strip()


def _problem(widget: DashboardWidget, groups: tuple[str, ...], query: str, region: str) -> str:
    properties = widget.properties
    language = str(properties.get("queryLanguage") or _LANGUAGE)
    if language != _LANGUAGE:
        return f"its query is in {language}; only that of Logs Insights is asked here"
    if str(properties.get("region") or region) != region:
        return f"it reads the logs of {properties['region']}; this page reads {region} alone"
    if properties.get("accountId"):
        return f"it reads the logs of account {properties['accountId']}; this page reads its own alone"
    if _ANY_SOURCE.match(query) or not groups:
        return "its log groups are not named by SOURCE 'name': another way to choose them is not known here"
    return "" if query else "it has no query"
