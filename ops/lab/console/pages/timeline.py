"""Page of the timeline: depths, rates, ages, alarms and what was done, on one axis of time."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.console.context import context_of
from ops.lab.console.looking.kept import kept
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.view import page
from ops.lab.console.timeline.charts import CHARTS
from ops.lab.console.timeline.time_span import DEFAULT_SPAN, SPANS, TimeSpan, span_named
from ops.lab.console.timeline.timeline import Timeline


def _show(request: Request) -> Response:
    span = _span(request)
    _timeline(request).begin(span)
    return page(request, "timeline.html.j2", title="Timeline", spans=SPANS, span=span, charts=CHARTS)


def _data(request: Request) -> Response:
    picture = _timeline(request).picture(_span(request))
    return Response(picture, media_type="application/json")


def _timeline(request: Request) -> Timeline:
    return kept(request, _new_timeline)


def _new_timeline(request: Request) -> Timeline:
    return Timeline(context_of(request))


def _span(request: Request) -> TimeSpan:
    return span_named(request.query_params.get("span") or DEFAULT_SPAN)


PAGE = ConsolePage("/timeline", "Timeline", (Route("/timeline", _show), Route("/timeline/data", _data)))
