"""Page of the files pipeline: a live picture of it, what uploads files, and how the simulated API behaves."""

from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.rounds.priority import RoundPriority
from ops.lab.console.changes.action import act, acting, text_of
from ops.lab.console.changes.file_uploading import MOST_FILES, MOST_ROWS, UploadingJob, ordered_files
from ops.lab.console.changes.form_numbers import number_of, whole_number_of
from ops.lab.console.context import context_of
from ops.lab.console.looking.files_watch import FilesObservation
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.picture.files_picture import behaviour_facts, files_picture
from ops.lab.console.serving.view import fragment, page
from ops.lab.errors import Refused
from ops.lab.files import function_settings, simulated_api
from ops.lab.files.simulated_api import HEALTHY

_ENTRIES = 10
_PRESETS = {
    "healthy": HEALTHY,
    "throttled": replace(HEALTHY, error_rate=0.3),
    "down": replace(HEALTHY, down=True),
}


def _show(request: Request) -> Response:
    context = context_of(request)
    return page(
        request,
        "files.html.j2",
        title="Files",
        healthy=HEALTHY,
        priorities=list(RoundPriority),
        most_files=MOST_FILES,
        most_rows=MOST_ROWS,
        job=context.uploading.job,
        entries=context.journal.latest(_ENTRIES),
        **_pictured(request),
    )


def _picture(request: Request) -> Response:
    return fragment(request, "files_picture.html.j2", **_pictured(request))


def _pictured(request: Request) -> dict[str, Any]:
    context = context_of(request)
    look = context.poller.current()
    deployed = bool(look.outputs.get("CsvBucketName"))
    files = context.files.latest(context.link.target, look.readings) if deployed else FilesObservation()
    return {
        "deployed": deployed,
        "files": files,
        "picture": files_picture(look, files),
        "pages_there": frozenset(each.path for each in request.app.state.pages),
    }


def _uploading(request: Request) -> Response:
    return fragment(
        request, "background_job.html.j2", job=context_of(request).uploading.job, path="/files/uploading"
    )


def _upload(request: Request, form: FormData) -> Response:
    batch = ordered_files(
        whole_number_of(form, "files", "how many files", most=MOST_FILES),
        whole_number_of(form, "rows", "rows of each file", most=MOST_ROWS),
        whole_number_of(form, "bad_rows", "bad rows of each file", least=0, most=MOST_ROWS),
        text_of(form, "priority"),
    )
    context = context_of(request)

    def do() -> str:
        job = UploadingJob(context.target, batch)
        context.uploading.start(job, lambda ended: context.journal.add("Uploading ended", ended.outcome))
        context.files.look_now()
        return (
            f"{batch.files:,} files of {batch.rows:,} rows, {batch.bad_rows:,} of them bad, to {batch.folder}"
        )

    return act(request, "Upload files", do)


def _stop_uploading(request: Request) -> Response:
    def do() -> str:
        job = context_of(request).uploading.stop()
        return f"after {job.done:,} of {job.planned:,} files; those are processed"

    return act(request, "Stop uploading", do, beside_drills=True)


def _behave(request: Request, form: FormData) -> Response:
    preset = text_of(form, "preset")
    if preset and preset not in _PRESETS:
        raise Refused(f"{preset!r} is no behaviour of the API", hint=f"one of {', '.join(_PRESETS)}")
    behaviour = _PRESETS[preset] if preset else _behaviour_of(form)
    context = context_of(request)

    def do() -> str:
        target = context.target
        before = simulated_api.read(target)
        simulated_api.put(target, behaviour)
        seconds = function_settings.processor(target).simulated_api_cache_seconds
        context.files.look_now()
        return f"{_told(behaviour)}; noticed within {seconds} s. Before: {_told(before)}"

    return act(request, "Simulated API", do, behaviour=behaviour.to_json())


def _behaviour_of(form: FormData) -> ApiBehaviour:
    """As the form says. Raises Refused for what no API can do."""
    least = number_of(form, "latency_min", "least milliseconds of a call")
    most = number_of(form, "latency_max", "most milliseconds of a call")
    percent = number_of(form, "error_percent", "per cent of calls that get 503")
    calls = number_of(form, "calls_at_once", "calls at once from one client")
    behaviour = ApiBehaviour(
        latency_min_milliseconds=HEALTHY.latency_min_milliseconds if least is None else least,
        latency_max_milliseconds=HEALTHY.latency_max_milliseconds if most is None else most,
        error_rate=(percent or 0.0) / 100,
        down=text_of(form, "down") == "on",
        failing=text_of(form, "failing"),
        calls_at_once=int(calls or 0),
    )
    try:
        return ApiBehaviour.from_json(behaviour.to_json())
    except (TypeError, ValueError) as error:
        raise Refused(
            f"the API cannot behave so: {error}", hint="enter milliseconds, and 0 to 100 per cent"
        ) from error


def _told(behaviour: ApiBehaviour) -> str:
    return ", ".join(behaviour_facts(behaviour))


PAGE = ConsolePage(
    "/files",
    "Files",
    (
        Route("/files", _show),
        Route("/files/picture", _picture),
        Route("/files/uploading", _uploading),
        Route("/files/upload", acting(_upload), methods=["POST"]),
        Route("/files/uploading/stop", _stop_uploading, methods=["POST"]),
        Route("/files/api", acting(_behave), methods=["POST"]),
    ),
)
