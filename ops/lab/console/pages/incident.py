"""Page of the incident: an attendee's ticket and clock, what is still broken, hints, the card at the end."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.console.changes.action import act, acting, text_of
from ops.lab.console.context import context_of
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.failures import values_or_problem
from ops.lab.console.serving.view import fragment, page
from ops.lab.errors import NotUp, Refused
from ops.lab.incidents.card import IncidentOutcome
from ops.lab.incidents.notices import notices_on
from ops.lab.incidents.session import IncidentSession

_PATH = "/incident"


def _show(request: Request) -> Response:
    return page(request, "incident.html.j2", title="Incident", **_values(request))


def _now(request: Request) -> Response:
    """What moves: the clock and the symptoms. The forms are not in it: nobody's words are swept away."""
    return fragment(request, "incident_now.html.j2", **_values(request))


def _values(request: Request) -> dict[str, Any]:
    def gather() -> dict[str, Any]:
        try:
            session = context_of(request).incident()
        except NotUp:
            return {"session": None}
        return {
            "session": session,
            "card": session.card(),
            "notices": notices_on(session),
            "running": session.outcome is IncidentOutcome.RUNNING,
            "hints": session.incident.hints[: len(session.attendee.hints)],
        }

    return values_or_problem(gather)


def _running(request: Request) -> IncidentSession:
    return context_of(request).incident().refuse_unless_running()


def _acknowledge(request: Request, form: FormData) -> Response:
    said = text_of(form, "text")

    def do() -> str:
        if not said:
            raise Refused("say what you think that it is", hint="the first time counts as the time to detect")
        _running(request).acknowledge(said)
        return "noted; nobody says whether it is right"

    return act(request, "Say what it is", do, beside_drills=True, said=said)


def _hint(request: Request, _: FormData) -> Response:
    def do() -> str:
        number, text = _running(request).next_hint()
        return f"hint {number}: {text}"

    return act(request, "Take a hint", do, beside_drills=True)


def _call_for_help(request: Request, form: FormData) -> Response:
    wanted = text_of(form, "wanted") == "yes"

    def do() -> str:
        _running(request).call_for_help(wanted=wanted)
        return "the board shows it, where you have joined a room" if wanted else "taken back"

    return act(request, "Call for help" if wanted else "Take the call back", do, beside_drills=True)


PAGE = ConsolePage(
    _PATH,
    "Incident",
    (
        Route(_PATH, _show),
        Route(f"{_PATH}/now", _now),
        Route(f"{_PATH}/ack", acting(_acknowledge), methods=["POST"]),
        Route(f"{_PATH}/hint", acting(_hint), methods=["POST"]),
        Route(f"{_PATH}/help", acting(_call_for_help), methods=["POST"]),
    ),
)
