"""Page of the CloudWatch dashboards that the app deployed, drawn from their own bodies."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.app.insights_query import run_query
from ops.lab.console.context import context_of
from ops.lab.console.dashboard.alarm_widget import AlarmStatus, statuses
from ops.lab.console.dashboard.body import DashboardWidget, DeployedDashboard
from ops.lab.console.dashboard.dashboards import Dashboards, dashboard_names
from ops.lab.console.dashboard.log_widget import LogWidget, log_widget
from ops.lab.console.dashboard.metric_widget import MetricWidget
from ops.lab.console.dashboard.text_widget import text_as_html
from ops.lab.console.looking.kept import kept_by
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.view import fragment, page
from ops.lab.console.timeline.time_span import SPANS, TimeSpan, span_named
from ops.lab.errors import Refused

_DEFAULT_SECONDS = 10_800  # the console's own, where the body has no start
_MOST_ROWS = 200
_TALLEST = 24  # that dashboard.css knows; a taller one is as tall as its content


@dataclass(frozen=True)
class ShownWidget:
    """A widget with what its kind shows: one of the fields is set, or none for a kind that is not drawn."""

    widget: DashboardWidget
    metric: MetricWidget | None = None
    text: Markup | None = None
    log: LogWidget | None = None
    alarms: list[AlarmStatus] | None = None

    @property
    def classes(self) -> str:
        """Its place in the grid, as dashboard.css calls it: no page of the console has styles inline."""
        place = self.widget.place
        return f"x-{place.x} w-{place.width} h-{min(place.height, _TALLEST)}"


def _show(request: Request) -> Response:
    target = context_of(request).target
    names = dashboard_names(target)
    if not names:
        return page(request, "dashboard_none.html.j2", title="Dashboard")
    board = _board(request)
    return page(
        request,
        "dashboard.html.j2",
        title="Dashboard",
        names=names,
        board=board,
        span=_span(request, board),
        spans=SPANS,
        on_aws=target.endpoint is None,
        widgets=_shown(request, board),
    )


def _shown(request: Request, board: DeployedDashboard) -> list[ShownWidget]:
    target, dashboards = context_of(request).target, _dashboards(request)
    metric = dashboards.metric_widgets(target, board.name)

    def show(widget: DashboardWidget) -> ShownWidget:
        match widget.kind:
            case "metric":
                return ShownWidget(widget, metric=metric[widget.key])
            case "text":
                return ShownWidget(widget, text=text_as_html(str(widget.properties.get("markdown", ""))))
            case "log":
                return ShownWidget(widget, log=log_widget(widget, target.region))
            case "alarm":
                known = dashboards.alarms(target, board.name)
                return ShownWidget(widget, alarms=statuses(widget, known.states))
        return ShownWidget(widget)

    return [show(widget) for widget in board.body.widgets]


def _data(request: Request) -> Response:
    target, board = context_of(request).target, _board(request)
    span = _span(request, board).on(aws=target.endpoint is None)
    return Response(_dashboards(request).data(target, board.name, span), media_type="application/json")


def _alarms(request: Request) -> Response:
    widget = _widget(request, "alarm")
    known = _dashboards(request).alarms(context_of(request).target, _board(request).name)
    return fragment(request, "dashboard_alarms.html.j2", alarms=statuses(widget, known.states))


def _log(request: Request) -> Response:
    """Asks a log widget's query. An address that is opened does not: on AWS each query costs money."""
    target = context_of(request).target
    log = log_widget(_widget(request, "log"), target.region)
    if not request.headers.get("hx-request"):
        raise Refused("a query is asked by the button of its widget alone", hint="open the page: /dashboard")
    if log.problem:
        raise Refused(f"{log.title} cannot be asked: {log.problem}")
    span = _span(request, _board(request))
    answer = run_query(target, log.query, log.groups, since=span.seconds, limit=_MOST_ROWS)
    return fragment(request, "dashboard_log.html.j2", log=log, answer=answer, most=_MOST_ROWS)


def _dashboards(request: Request) -> Dashboards:
    return kept_by(request, "dashboards", Dashboards)


def _board(request: Request) -> DeployedDashboard:
    target = context_of(request).target
    names = dashboard_names(target)
    name = request.query_params.get("name") or (names[0] if names else "")
    return _dashboards(request).board(target, name)


def _widget(request: Request, kind: str) -> DashboardWidget:
    board, key = _board(request), request.query_params.get("widget", "")
    for widget in board.body.widgets:
        if widget.key == key and widget.kind == kind:
            return widget
    raise Refused(
        f"the dashboard {board.name} has no {kind} widget {key!r}", hint="load the page again: it has changed"
    )


def _span(request: Request, board: DeployedDashboard) -> TimeSpan:
    """The one that was asked for; else the shortest that has what the body begins with."""
    if name := request.query_params.get("span"):
        return span_named(name)
    wanted = board.body.seconds or _DEFAULT_SECONDS
    return next((span for span in SPANS if span.seconds >= wanted), SPANS[-1])


PAGE = ConsolePage(
    "/dashboard",
    "Dashboard",
    (
        Route("/dashboard", _show),
        Route("/dashboard/data", _data),
        Route("/dashboard/alarms", _alarms),
        Route("/dashboard/log", _log),
    ),
)
