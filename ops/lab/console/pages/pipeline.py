"""Page of the ingestion pipeline: a live picture of it, and what breaks, feeds, pauses and heals it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.app import failure_mode
from ops.lab.console.action import act
from ops.lab.console.context import context_of
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.view import fragment, page


def _show(request: Request) -> Response:
    return page(request, "pipeline.html.j2", title="Pipeline")


def _picture(request: Request) -> Response:
    return fragment(request, "pipeline_picture.html.j2")


def _heal(request: Request) -> Response:
    def do() -> str:
        failure_mode.heal(context_of(request).target)
        return "the failure mode is none; what failed waits in the queue or the DLQ"

    return act(request, "Heal", do)


PAGE = ConsolePage(
    "/",
    "Pipeline",
    (
        Route("/", _show),
        Route("/pipeline/picture", _picture),
        Route("/pipeline/heal", _heal, methods=["POST"]),
    ),
)
