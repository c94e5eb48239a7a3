"""Page of a benchmark's report: its numbers in tables, and its curves, in one document that loads nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ops.lab.bench.pipeline_bench import BUSY_PERCENT, PipelineBench
from ops.lab.bench.report.curves import charts, curves, marks
from ops.lab.bench.request_log import by_service
from ops.lab.report.chart import figures, plots
from ops.lab.report.document import write_document

_STYLE = Path(__file__).parent / "page.css"
STEPS = ("start", "synth", "bootstrap", "deploy")


@dataclass(frozen=True)
class Headline:
    """Events per second with one number of clients: medians of the turns, and of their ratios.

    `rival` and `ratio` are None where the lab is alone.
    """

    clients: int
    own: float
    rival: float | None
    ratio: float | None


def headlines(bench: PipelineBench) -> Iterator[Headline]:
    """One for each number of clients."""
    own, *rivals = bench.names
    pairs = {each.clients: each.median for each in bench.ratios if each.measure == "events_per_second"}
    for clients in bench.load.clients:
        runs = [run for run in bench.runs if run.clients == clients]
        speeds = {
            name: [run.events_per_second for run in runs if run.contender == name] for name in bench.names
        }
        if all(speeds.values()):
            rival = median(speeds[rivals[0]]) if rivals else None
            yield Headline(clients, median(speeds[own]), rival, pairs.get(clients))


def write_page(bench: PipelineBench, path: Path) -> None:
    """Write the report. Raises CommandError where the charts' library is not installed."""
    data = curves(bench)
    drawn = figures(charts(bench.names), data)
    content = {
        "bench": bench,
        "figures": drawn,
        "headlines": list(headlines(bench)),
        "step_names": STEPS,
        "busy_percent": BUSY_PERCENT,
        "runs": [("cold", run) for run in bench.cold] + [("warm", run) for run in bench.runs],
        "plots": plots(drawn, data, max(bench.seconds, *data.seconds[-1:]), marks=marks(bench)),
    }
    write_document(path, __package__, content, styles=(_STYLE,), filters={"by_service": by_service})
