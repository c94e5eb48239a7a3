"""Page of the alarms: each with its state, its reason and its runbook; and one page for each of them."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.app.target import Target
from ops.lab.console.alarms import runbooks
from ops.lab.console.alarms.alarm_lane import AlarmLane, lane_of
from ops.lab.console.alarms.metric_curve import MetricCurve
from ops.lab.console.alarms.runbooks import Runbook
from ops.lab.console.context import context_of
from ops.lab.console.looking.kept import kept_by
from ops.lab.console.looking.shared_answer import SharedAnswer
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.pages.runbooks import ROUTES as RUNBOOK_ROUTES
from ops.lab.console.serving.failures import values_or_problem
from ops.lab.console.serving.view import fragment, page
from ops.lab.probes import alarm_definition, alarm_history, alarms
from ops.lab.probes.alarm_definition import AlarmDefinition
from ops.lab.probes.alarms import AlarmDetail
from ops.lab.probes.metric_series import read_series
from ops.lab.probes.metrics import data_query

_HOUR = 3600.0
_ORDER = {"ALARM": 0, "INSUFFICIENT_DATA": 1}


@dataclass(frozen=True)
class _ListedAlarm:
    """An alarm of the list. `runbook` is None where its file has no page here."""

    detail: AlarmDetail
    lane: AlarmLane
    runbook: Runbook | None


def _show(request: Request) -> Response:
    return page(request, "alarms.html.j2", title="Alarms", **_list_values(request))


def _list(request: Request) -> Response:
    return fragment(request, "alarms_list.html.j2", **_list_values(request))


def _show_one(request: Request) -> Response:
    name = request.path_params["name"]
    values = _one_values(request, name)
    return page(request, "alarm.html.j2", title=name, alarm_name=name, **values)


def _one(request: Request) -> Response:
    return fragment(request, "alarm_now.html.j2", **_one_values(request, request.path_params["name"]))


def _list_values(request: Request) -> dict[str, Any]:
    return values_or_problem(lambda: {"now": time.time(), "rows": _shared(request, "alarms", _rows)})


def _one_values(request: Request, name: str) -> dict[str, Any]:
    def gather() -> dict[str, Any]:
        if name not in alarms.names(context_of(request).target):
            raise HTTPException(404, f"the app has no alarm {name!r}; all of them: /alarms")
        found = _shared(request, f"alarm {name}", lambda target: _of_one(target, name))
        return {"now": time.time(), **found}

    return values_or_problem(gather)


def _shared(request: Request, name: str, make: Callable[[Target], Any]) -> Any:
    target = context_of(request).target
    answer: SharedAnswer[Any] = kept_by(request, f"answer of {name}", SharedAnswer)
    return answer.get(lambda: make(target), of=target, seconds=20.0 if target.endpoint is None else 2.0)


def _rows(target: Target) -> list[_ListedAlarm]:
    """Two calls: DescribeAlarms, and DescribeAlarmHistory for all of them together."""
    end = time.time()
    begin = end - _HOUR * (24 if target.endpoint is None else 1)
    known, changes = alarms.names_in_account(target), defaultdict(list)
    for change in alarm_history.state_changes(target, begin):
        changes[known.get(change.alarm, "")].append(change)
    rows = []
    for detail in alarms.details(target):
        lane = lane_of(detail.state, changes[detail.name], begin, end)
        rows.append(_ListedAlarm(detail, lane, runbooks.at_path(detail.runbook)))
    return sorted(rows, key=lambda row: (_ORDER.get(row.detail.state, 2), row.detail.name))


def _of_one(target: Target, name: str) -> Mapping[str, Any]:
    """Four calls; of GetMetricData the one metric is billed."""
    detail = next(each for each in alarms.details(target) if each.name == name)
    in_account = next(key for key, value in alarms.names_in_account(target).items() if value == name)
    found = alarm_definition.definition(target, in_account)
    return {
        "detail": detail,
        "definition": found,
        "curve": _curve(target, found) if found else None,
        "history": alarm_history.history(target, in_account),
        "runbook": runbooks.at_path(detail.runbook),
    }


def _curve(target: Target, of: AlarmDefinition) -> MetricCurve:
    """The last quarter of an hour on the lab, whose clocks are short; three hours on AWS."""
    on_aws = target.endpoint is None
    step, span = (of.period_seconds, 3 * _HOUR) if on_aws else (5, _HOUR / 4)
    end = time.time()
    query = data_query("m", of.metric, step)
    found = read_series(target, [query], end - span, end)
    points = {at: value for series in found for at, value in series.points.items() if at >= end - span}
    return MetricCurve(points, end - span, end, step, of.threshold)


PAGE = ConsolePage(
    "/alarms",
    "Alarms",
    (
        Route("/alarms", _show),
        Route("/alarms/list", _list),
        Route("/alarms/{name}", _show_one),
        Route("/alarms/{name}/now", _one),
        *RUNBOOK_ROUTES,
    ),
)
