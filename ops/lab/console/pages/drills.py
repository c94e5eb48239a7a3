"""Page of the drills: start one, follow it phase by phase, read its report, compare two runs."""

from itertools import groupby
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from ops.lab.console.changes import drill_runs
from ops.lab.console.changes.action import act, acting, text_of
from ops.lab.console.changes.drill_control import seconds_since
from ops.lab.console.context import context_of
from ops.lab.console.looking.kept import kept_by
from ops.lab.console.looking.shared_answer import SharedAnswer
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.failures import values_or_problem
from ops.lab.console.serving.view import about_minutes, fragment, page
from ops.lab.drills import catalog
from ops.lab.drills.comparison import Comparison
from ops.lab.drills.declaration import Drill
from ops.lab.drills.journal import DrillJournal, Phase
from ops.lab.drills.report_folder import KeptRun
from ops.lab.errors import Refused

_CATALOGUE_SECONDS = 60.0
# A report is a page of its own, whose scripts stand in it: it runs in an origin that is no one's, and loads
# nothing. A document in a sandbox is refused with Cross-Origin-Opener-Policy (HTML standard, "Navigation").
_REPORT_HEADERS = {
    "Content-Security-Policy": (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "unsafe-none",
}


def _show(request: Request) -> Response:
    declared: SharedAnswer[list[Drill]] = kept_by(request, "answer of the catalogue", SharedAnswer)
    values = values_or_problem(
        # Entry points are looked for in the metadata of every package: 40 ms of the processor.
        lambda: {"drills": declared.get(catalog.load_all, of=catalog, seconds=_CATALOGUE_SECONDS)}
    )
    return page(
        request, "drills.html.j2", title="Drills", **values, **_progress_values(request), **_runs(request)
    )


def _progress(request: Request) -> Response:
    return fragment(request, "drill_progress.html.j2", **_progress_values(request))


def _history(request: Request) -> Response:
    return fragment(request, "drill_history.html.j2", **_runs(request))


def _runs(request: Request) -> dict[str, Any]:
    return {"kept": drill_runs.newest_runs(context_of(request).reports)}


def _progress_values(request: Request) -> dict[str, Any]:
    console = context_of(request)
    followed = console.drills.follow()
    progress = followed.progress
    begun = {each.name: each for each in progress.phases} if progress else {}
    return {
        "followed": followed,
        "phases": [(phase, begun.get(phase)) for phase in Phase],
        "seconds": seconds_since(progress) if progress else 0.0,
        "run": progress and drill_runs.run_begun_at(console.reports, progress.drill, progress.started_at),
    }


def _launch(request: Request, form: FormData) -> Response:
    name = text_of(form, "name")
    drill = catalog.load(name)

    def do() -> str:
        context_of(request).drills.launch(name)
        return f"{drill.title}; it is followed above, and takes about {about_minutes(drill.minutes)}"

    return act(request, f"Start drill {name}", do)


def _stop(request: Request) -> Response:
    def do() -> str:
        name = context_of(request).drills.stop()
        return f"{name} is interrupted; its rollback puts back what it changed, and is shown"

    return act(request, "Stop the drill", do, beside_drills=True)


def _report(request: Request) -> Response:
    run = _run_of(request, request.path_params["drill"], request.path_params["run"])
    if not run.page.is_file():
        raise HTTPException(404, f"the run {run.name} has no report; its journal: {run.journal}")
    return FileResponse(run.page, media_type="text/html", headers=_REPORT_HEADERS)


def _compare(request: Request) -> Response:
    names = request.query_params.getlist("run")
    if len(names) != 2:
        raise Refused(f"{len(names)} runs are chosen", hint="choose two of the history")
    runs = [_run_of(request, *_both(name)) for name in names]
    compared = Comparison(*(_journal(run) for run in runs))
    return page(
        request,
        "drill_comparison.html.j2",
        title="Two runs compared",
        runs=runs,
        compared=compared,
        phases=[(phase, list(checks)) for phase, checks in groupby(compared.checks, lambda each: each.phase)],
    )


def _both(name: str) -> tuple[str, str]:
    drill, _, started = name.partition("/")
    return drill, started


def _run_of(request: Request, drill: str, started: str) -> KeptRun:
    run = drill_runs.find_run(context_of(request).reports, drill, started)
    if run is None:
        raise HTTPException(404, "there is no such run; those that there are: /drills")
    return run


def _journal(run: KeptRun) -> DrillJournal:
    try:
        return DrillJournal.read(run.journal)
    except (OSError, ValueError) as error:
        raise Refused(f"{run.journal} cannot be read: {error}", hint="choose another run") from error


PAGE = ConsolePage(
    "/drills",
    "Drills",
    (
        Route("/drills", _show),
        Route("/drills/progress", _progress),
        Route("/drills/history", _history),
        Route("/drills/compare", _compare),
        Route("/drills/launch", acting(_launch), methods=["POST"]),
        Route("/drills/stop", _stop, methods=["POST"]),
        Route("/drills/runs/{drill}/{run}/report", _report),
    ),
)
