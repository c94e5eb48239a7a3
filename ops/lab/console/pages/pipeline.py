"""Page of the ingestion pipeline: a live picture of it, and what breaks, feeds, pauses and heals it."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.actions import event_source
from ops.lab.app import failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.console.changes.action import act, acting, text_of
from ops.lab.console.changes.event_sending import MOST_EVENTS, MOST_PER_SECOND, SendingJob, SendingOrder
from ops.lab.console.changes.form_numbers import number_of, whole_number_of
from ops.lab.console.context import context_of
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.picture.ingestion_picture import ingestion_picture
from ops.lab.console.serving.view import fragment, page
from ops.lab.errors import Refused

_ENTRIES = 10


def _show(request: Request) -> Response:
    return page(
        request,
        "pipeline.html.j2",
        title="Pipeline",
        modes=[mode for mode in FailureMode if mode is not FailureMode.NONE],
        most_events=MOST_EVENTS,
        most_per_second=MOST_PER_SECOND,
        picture=ingestion_picture(context_of(request).poller.current()),
        pages_there=_pages(request),
        job=context_of(request).sending.job,
        entries=context_of(request).journal.latest(_ENTRIES),
    )


def _picture(request: Request) -> Response:
    picture = ingestion_picture(context_of(request).poller.current())
    return fragment(request, "pipeline_picture.html.j2", picture=picture, pages_there=_pages(request))


def _sending(request: Request) -> Response:
    return fragment(
        request, "background_job.html.j2", job=context_of(request).sending.job, path="/pipeline/sending"
    )


def _entries(request: Request) -> Response:
    return fragment(request, "action_entries.html.j2", entries=context_of(request).journal.latest(_ENTRIES))


def _pages(request: Request) -> frozenset[str]:
    """The addresses that a node may link to."""
    return frozenset(each.path for each in request.app.state.pages)


def _break(request: Request, form: FormData) -> Response:
    name = text_of(form, "mode")
    if name not in list(FailureMode) or name == FailureMode.NONE:
        raise Refused(f"{name or 'nothing'} is no failure mode", hint="choose one of the list")
    mode = FailureMode(name)

    def do() -> str:
        target = context_of(request).target
        before = failure_mode.known_mode(target)
        failure_mode.break_with(target, mode)
        seconds = failure_mode.seconds_until_noticed(target, before, mode)
        return f"the failure mode is {mode.value}, noticed within {seconds} s. Expect: {mode.meaning}"

    return act(request, f"Failure mode {mode.value}", do, mode=mode.value)


def _heal(request: Request) -> Response:
    def do() -> str:
        failure_mode.heal(context_of(request).target)
        return "the failure mode is none; what failed waits in the queue or the DLQ"

    return act(request, "Heal", do)


def _send(request: Request, form: FormData) -> Response:
    body = form.get("body", "")
    ordered = SendingOrder(
        count=whole_number_of(form, "count", "how many events"),
        per_second=number_of(form, "per_second", "how many a second"),
        body=body if isinstance(body, str) and body.strip() else "",
        key=text_of(form, "key"),
    )
    context = context_of(request)

    def do() -> str:
        job = SendingJob(context.target, ordered)
        context.sending.start(job, lambda ended: context.journal.add("Sending ended", ended.outcome))
        return f"{ordered}" + (f", run {job.run_name}" if job.run_name else "")

    return act(request, "Send", do, body=ordered.body, key=ordered.key)


def _stop_sending(request: Request) -> Response:
    def do() -> str:
        job = context_of(request).sending.stop()
        return f"after {job.done:,} of {job.planned:,} events; what was accepted goes its way"

    return act(request, "Stop sending", do, beside_drills=True)


def _pause(request: Request) -> Response:
    def do() -> str:
        event_source.pause(context_of(request).target)
        return "the event source mapping is disabled: messages wait in the queue"

    return act(request, "Pause delivery", do)


def _resume(request: Request) -> Response:
    def do() -> str:
        event_source.resume(context_of(request).target)
        return "the event source mapping is enabled: the worker gets what waits"

    return act(request, "Resume delivery", do)


PAGE = ConsolePage(
    "/",
    "Pipeline",
    (
        Route("/", _show),
        Route("/pipeline/picture", _picture),
        Route("/pipeline/sending", _sending),
        Route("/pipeline/entries", _entries),
        Route("/pipeline/break", acting(_break), methods=["POST"]),
        Route("/pipeline/heal", _heal, methods=["POST"]),
        Route("/pipeline/send", acting(_send), methods=["POST"]),
        Route("/pipeline/sending/stop", _stop_sending, methods=["POST"]),
        Route("/pipeline/pause", _pause, methods=["POST"]),
        Route("/pipeline/resume", _resume, methods=["POST"]),
    ),
)
