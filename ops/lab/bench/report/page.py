"""Page of a benchmark's report: its numbers in tables, and its curves, in one document that loads nothing."""

from pathlib import Path

from ops.lab.bench.pipeline_bench import BUSY_PERCENT, PipelineBench
from ops.lab.bench.report.curves import charts, curves, marks
from ops.lab.bench.request_log import by_service
from ops.lab.report.chart import figures, plots
from ops.lab.report.document import write_document

_STYLE = Path(__file__).parent / "page.css"
STEPS = ("start", "synth", "bootstrap", "deploy")


def write_page(bench: PipelineBench, path: Path) -> None:
    """Write the report. Raises CommandError where the charts' library is not installed."""
    data = curves(bench)
    drawn = figures(charts(bench.names), data)
    content = {
        "bench": bench,
        "figures": drawn,
        "step_names": STEPS,
        "busy_percent": BUSY_PERCENT,
        "runs": [("cold", run) for run in bench.cold] + [("warm", run) for run in bench.runs],
        "plots": plots(drawn, data, max(bench.seconds, *data.seconds[-1:]), marks=marks(bench)),
    }
    write_document(path, __package__, content, styles=(_STYLE,), filters={"by_service": by_service})
