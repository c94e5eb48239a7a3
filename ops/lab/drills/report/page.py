"""Renders a journal as one page that has everything in it: data, styles, the charts' library."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.lab.drills.journal import CheckRecord, Journal, Phase
from ops.lab.drills.pipeline import Pipeline
from ops.lab.drills.report.document import write_document
from ops.lab.drills.report.lanes import alarm_lanes, phase_bands, quiet_alarms, step_marks
from ops.lab.drills.wording import mark, shown, step_mark

# Phases whose checks are what the drill is about; those of the steady state are shown apart.
_EXPECTED = (Phase.OBSERVATIONS, Phase.RECOVERY)
_STEADY = (Phase.STEADY_BEFORE, Phase.STEADY_AFTER)


def write_page(journal: Journal, pipeline: Pipeline, path: Path) -> None:
    """Write the report of the journal. Raises CommandError where the charts' library is not installed."""
    filters: dict[str, Callable[..., str]] = {"shown": shown, "mark": mark, "step_mark": step_mark}
    write_document(path, __package__, _content(journal, pipeline), filters=filters)


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
    }


def _checks(journal: Journal, phases: Sequence[Phase]) -> list[CheckRecord]:
    return [record for record in journal.checks if record.phase in phases]
