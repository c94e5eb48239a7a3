"""Pages of the runbooks: their list, and each one as HTML. They need no account."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.console import runbooks
from ops.lab.console.view import page


def _list(request: Request) -> Response:
    return page(
        request, "runbooks.html.j2", title="Runbooks", runbooks=runbooks.runbooks(), index=runbooks.index()
    )


def _show(request: Request) -> Response:
    runbook = runbooks.find(request.path_params["name"])
    if runbook is None:
        raise HTTPException(404, "there is no such runbook; those that there are: /runbooks")
    return page(request, "runbook.html.j2", title=runbook.title, runbook=runbook)


# The navigation leads to them by the alarms.
ROUTES = (Route("/runbooks", _list), Route("/runbooks/{name}", _show))
