"""Curves of a performance test over one time axis: its samples, records and latencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from functions.files.processor.checkpoint import FileStatus
from functions.files.processor.file_journal import RowBatchState
from ops.lab.files.file_records import BatchOnRecord, FileRecords
from ops.lab.files.peak_concurrency import Level
from ops.lab.files.performance_samples import Sample
from ops.lab.files.upload import Upload
from ops.lab.report.chart import ChartData
from ops.lab.report.time_axis import Axis


@dataclass(frozen=True)
class Finished:
    """A file that succeeded: `at` in epoch seconds, after so many `seconds` since its upload began."""

    at: float
    seconds: float


def finished(uploads: Sequence[Upload], found: Sequence[FileRecords]) -> list[Finished]:
    """Those that succeeded, in the order in which they did."""
    ends = [
        Finished(file.checkpoint.finished, file.checkpoint.finished - upload.began)
        for upload, file in zip(uploads, found, strict=True)
        if file.checkpoint is not None and file.checkpoint.status is FileStatus.SUCCEEDED
    ]
    return sorted(ends, key=lambda end: end.at)


def series_of(
    axis: Axis,
    samples: Sequence[Sample],
    running: Sequence[Level],
    found: Sequence[FileRecords],
    ends: Sequence[Finished],
) -> ChartData:
    """A value for each point. What happened within a step stands at its end."""
    batches = [batch for file in found for batch in file.batches if batch.ended]
    sampled = axis.bins(samples, lambda sample: sample.at)
    delivered = axis.bins(batches, lambda batch: batch.ended / 1000)
    done = axis.bins(ends, lambda end: end.at)
    series = ChartData()
    last: Sample | None = None
    for at, level in enumerate(_most_running(axis, running)):
        last = sampled[at][-1] if sampled[at] else last
        seconds = [end.seconds for end in done[at]]
        values = {
            "running": float(level),
            "rows_per_second": sum(map(_rows, delivered[at])) / axis.step,
            "files_per_second": len(done[at]) / axis.step,
            "latency_median": median(seconds) if seconds else None,
            "latency_most": max(seconds, default=None),
        }
        series.add(round((at + 1) * axis.step, 2), _sampled(last) | values, {})
    return series


def _sampled(sample: Sample | None) -> dict[str, float | None]:
    if sample is None:
        return {}
    return {
        "queue_waiting": sample.waiting,
        "queue_in_flight": sample.in_flight,
        "dlq": sample.dlq,
        "concurrency": sample.concurrency,
        "pressure": sample.pressure,
    }


def _most_running(axis: Axis, running: Sequence[Level]) -> list[int]:
    """The most attempts at work at once in each step: what runs on from the step before counts too."""
    most, now = [], 0
    for changes in axis.bins(running, lambda level: level.at / 1000):
        most.append(max([now, *(level.running for level in changes)]))
        now = changes[-1].running if changes else now
    return most


def _rows(batch: BatchOnRecord) -> int:
    if batch.state is RowBatchState.DELIVERED:
        return batch.last_row - batch.first_row + 1
    return len(batch.delivered)
