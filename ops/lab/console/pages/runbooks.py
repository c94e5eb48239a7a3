"""Pages of the runbooks: their list, and each one as HTML.

They are files of the lab itself and need no account: what to do is told where nothing answers, too.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.console.alarms import runbooks
from ops.lab.console.serving.view import page


def _list(request: Request) -> Response:
    return page(
        request, "runbooks.html.j2", title="Runbooks", runbooks=runbooks.runbooks(), index=runbooks.index()
    )


def _show(request: Request) -> Response:
    """Out of those that there are: a name is compared, and no path made of it."""
    runbook = runbooks.find(request.path_params["name"])
    if runbook is None:
        raise HTTPException(404, "there is no such runbook; those that there are: /runbooks")
    return page(request, "runbook.html.j2", title=runbook.title, runbook=runbook)


# Of the page of the alarms, which leads to them: the navigation does not name them.
ROUTES = (Route("/runbooks", _list), Route("/runbooks/{name}", _show))
