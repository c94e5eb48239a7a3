"""Incident: the API behind the files takes fewer calls at once than a file makes, and answers 429."""

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions import files, functions
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.files import HEAL, REDRIVE_FILES
from ops.lab.drills.declaration import DrillStep, ReversibleChange
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.scene import Scene
from ops.lab.incidents.declaration import FileTraffic, Incident, IncidentRepair, Ticket

_CALLS_AT_ONCE = 2
_LIMITED = ApiBehaviour(
    latency_min_milliseconds=200, latency_max_milliseconds=400, calls_at_once=_CALLS_AT_ONCE
)


def _limit(scene: Scene) -> ReversibleChange:
    """The limit of whoever runs the API. It is restored with what was changed on our side because of it."""
    target = scene.target
    change = files.behave(target, _LIMITED)
    before = functions.configuration(target, FunctionName.CSV)["Environment"]["Variables"]

    def restore() -> None:
        change.restore()
        if functions.configuration(target, FunctionName.CSV)["Environment"]["Variables"] != before:
            functions.set_variables(target, FunctionName.CSV, **before)

    return ReversibleChange(change.what, restore)


def _call_less(scene: Scene) -> str:
    change = functions.set_variables(scene.target, FunctionName.CSV, ROW_CONCURRENCY=str(_CALLS_AT_ONCE))
    return change.what


INCIDENT = Incident(
    name="throttled_downstream",
    title="The API throttles the calls of the files",
    level=2,
    ticket=Ticket(
        sender="Booking, night shift",
        subject="Files come late, some do not come at all",
        text=(
            "The order files of the branches normally show up with us within half a minute. Since the "
            "change of shift they take many minutes, and some do not come at all. We have "
            "not changed anything."
        ),
    ),
    cause=(
        "The team of the API introduced a limit for each client: so many calls at once, the rest gets 429. "
        "A file makes ten calls at once. Its rows are refused, tried again at once and refused again, "
        "until the file is given up."
    ),
    pipeline=FILES,
    traffic=FileTraffic(every_seconds=5.0),
    breaks=(DrillStep("limit the calls at once", _limit),),
    repairs=(
        IncidentRepair(
            "Have the API's team raise the limit, then redrive",
            (
                "lab files monitor --once",
                "lab files list --status FAILED",
                "lab logs csv --since 5m --filter 429",
                "lab files api",
                "lab files api --healthy",
                "lab files redrive",
                "lab files redrive    # a minute later: what was on its last attempt",
            ),
            (HEAL, REDRIVE_FILES),
        ),
        IncidentRepair(
            "Make no more calls at once than it takes",
            (
                f"lab up -c csvRowConcurrency={_CALLS_AT_ONCE}",
                "lab files redrive",
                "lab files redrive    # a minute later: what was on its last attempt",
            ),
            (DrillStep("send fewer rows at once", _call_less), REDRIVE_FILES),
        ),
    ),
    hints=(
        "Is it every file, or some? And do they fail at once, or after some of their rows?",
        "Each file that failed says why: look at the reason, not at the queue.",
        "Somebody says no to a part of the calls, and says yes to the same call a moment later. When does "
        "one get that answer?",
        "429 means too many calls: lab files api shows what the API takes at once, and csvRowConcurrency is "
        "what a file asks of it. Either lab files api --healthy (the API's team raises the limit), or "
        f"lab up -c csvRowConcurrency={_CALLS_AT_ONCE}. Then lab files redrive.",
    ),
    runbook="files.md",
)
