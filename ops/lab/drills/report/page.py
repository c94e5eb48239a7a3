"""Renders a journal as one page that has everything in it: data, styles, the charts' library."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ops.lab.drills.journal import CheckRecord, Journal, Phase
from ops.lab.drills.pipeline import Pipeline
from ops.lab.drills.report.lanes import alarm_lanes, phase_bands, quiet_alarms, step_marks
from ops.lab.drills.wording import mark, shown, step_mark
from ops.lab.errors import LabError

_FOLDER = Path(__file__).parent
_LIBRARY = _FOLDER / "node_modules" / "uplot" / "dist"
# Phases whose checks are what the drill is about; those of the steady state are shown apart.
_EXPECTED = (Phase.OBSERVATIONS, Phase.RECOVERY)
_STEADY = (Phase.STEADY_BEFORE, Phase.STEADY_AFTER)


def write_page(journal: Journal, pipeline: Pipeline, path: Path) -> None:
    """Write the report of the journal. Raises LabError where the charts' library is not installed."""
    page = _templates().get_template("page.html.j2").render(_content(journal, pipeline))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("ops.lab.drills.report", "."),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"shown": shown, "mark": mark, "step_mark": step_mark}
    return templates


def _content(journal: Journal, pipeline: Pipeline) -> Mapping[str, Any]:
    return {
        "journal": journal,
        "headline": pipeline.headline(journal.proof, len(journal.ledger)),
        "charts": pipeline.charts,
        "proof_source": pipeline.proof_source,
        "started": datetime.fromtimestamp(journal.started_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "expected": _checks(journal, _EXPECTED),
        "steady": _checks(journal, _STEADY),
        "proof": _checks(journal, (Phase.PROOF,)),
        "bands": phase_bands(journal),
        "marks": step_marks(journal),
        "lanes": alarm_lanes(journal),
        "quiet": quiet_alarms(journal),
        "plots": {
            "total": journal.seconds,
            "titles": {name: title for chart in pipeline.charts for name, title in chart.series.items()},
            "seconds": journal.series.seconds,
            "values": journal.series.values,
            "bands": [[band.kind, band.begins, band.ends] for band in phase_bands(journal)],
            "marks": [[each.at, each.title] for each in step_marks(journal)],
        },
        "style": _read(_LIBRARY / "uPlot.min.css") + _read(_FOLDER / "page.css"),
        "script": _read(_LIBRARY / "uPlot.iife.min.js") + _read(_FOLDER / "charts.js"),
    }


def _checks(journal: Journal, phases: Sequence[Phase]) -> list[CheckRecord]:
    return [record for record in journal.checks if record.phase in phases]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise LabError(f"{path.name}, which draws the report, is not installed", hint="make setup") from error
