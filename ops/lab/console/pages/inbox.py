"""Page of the inbox: the mails that alarms sent and what webhooks brought, as a person reads them."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.app.target import Target
from ops.lab.console.alarms import inbox
from ops.lab.console.context import context_of
from ops.lab.console.looking.kept import kept_by
from ops.lab.console.looking.shared_answer import SharedAnswer
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.failures import values_or_problem
from ops.lab.console.serving.view import fragment, page


def _show(request: Request) -> Response:
    return page(request, "inbox.html.j2", title="Inbox", **_values(request))


def _entries(request: Request) -> Response:
    return fragment(request, "inbox_entries.html.j2", **_values(request))


def _values(request: Request) -> dict[str, Any]:
    of_alarms = request.query_params.get("only") == "alarms"

    def gather() -> dict[str, Any]:
        target, name = context_of(request).target, f"answer of the inbox, of alarms: {of_alarms}"
        answer: SharedAnswer[dict[str, Any]] = kept_by(request, name, SharedAnswer)
        seconds = 60.0 if target.endpoint is None else 2.0
        return {"now": time.time()} | answer.get(
            lambda: _found(target, of_alarms=of_alarms), of=target, seconds=seconds
        )

    return {"of_alarms": of_alarms} | values_or_problem(gather)


def _found(target: Target, *, of_alarms: bool) -> dict[str, Any]:
    """An account keeps no inbox: a mail is with its addressee alone."""
    return {
        "inbox": None if target.endpoint is None else inbox.content(target, of_alarms=of_alarms),
        "subscriptions": inbox.subscriptions(target),
    }


PAGE = ConsolePage("/inbox", "Inbox", (Route("/inbox", _show), Route("/inbox/entries", _entries)))
