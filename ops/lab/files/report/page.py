"""Page of a performance test's report."""

from pathlib import Path

from ops.lab.files.performance import Performance
from ops.lab.report.chart import Chart, figures, plots
from ops.lab.report.document import write_document

_STYLE = Path(__file__).parent / "page.css"
CHARTS = (
    Chart("Messages", {"queue_waiting": "waiting", "queue_in_flight": "in flight", "dlq": "DLQ"}),
    Chart("Files at once", {"running": "at work, as recorded", "concurrency": "allowed by the scaler"}),
    Chart("Rows delivered a second", {"rows_per_second": "rows/s"}),
    Chart("Files done a second", {"files_per_second": "files/s"}, low=True),
    Chart(
        "Seconds from upload to end, of the files that ended then",
        {"latency_median": "median", "latency_most": "longest"},
        joined=True,
    ),
    Chart("Backpressure: seconds that each file waits in addition", {"pressure": "seconds"}, low=True),
)


def write_page(test: Performance, path: Path) -> None:
    """Write the report. Raises CommandError where the charts' library is not installed."""
    drawn = figures(CHARTS, test.series)
    content = {
        "test": test,
        "figures": drawn,
        "proof": _proof(test),
        "plots": plots(drawn, test.series, test.seconds, marks=test.marks),
    }
    write_document(path, __package__, content, styles=(_STYLE,))


def _proof(test: Performance) -> list[tuple[str, int | str, int, bool]]:
    """What, expected, found, and whether that is as it should be."""
    outcome, most = test.simulation.outcome, test.max_concurrency
    proof, peak = outcome.proof, outcome.peak_concurrency
    return [
        (
            "files that succeeded",
            outcome.files_sent,
            outcome.files_succeeded,
            outcome.files_succeeded == outcome.files_sent,
        ),
        ("good rows in no batch", 0, proof.missing, not proof.missing),
        ("rows beyond the end of a file", 0, proof.beyond, not proof.beyond),
        (
            "rows that may have been sent twice, against those recorded as such",
            proof.repeated,
            proof.overlapping,
            proof.overlapping == proof.repeated,
        ),
        ("files at once at most, within the scaler's maximum", most, peak, peak <= most),
    ]
