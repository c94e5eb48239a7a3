"""Curves of a benchmark over one time axis: each contender's events, latencies, processor time and memory."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ops.lab.bench.load_run import LoadRun
from ops.lab.bench.pipeline_bench import PipelineBench
from ops.lab.bench.process_use import CpuUse
from ops.lab.bench.use_samples import UseSample
from ops.lab.report.chart import Chart, ChartData
from ops.lab.report.latencies import Latencies
from ops.lab.report.time_axis import Axis

# Of the names of the curves: the first contender is the lab of this checkout.
PLACES = ("own", "rival")
_PERCENT = 100


def charts(names: Sequence[str]) -> tuple[Chart, ...]:
    """The charts of contenders of these names, one or two."""
    placed = list(zip(PLACES, names, strict=False))
    return (
        Chart("Events that succeeded, a second", {f"{place}_events": name for place, name in placed}),
        Chart(
            "POST, milliseconds",
            {
                f"{place}_{percent}": f"{name}, {percent}"
                for place, name in placed
                for percent in ("p50", "p95")
            },
            joined=True,
            note="Of the answers within that second.",
        ),
        Chart(
            "Processor, percent of one core",
            {
                f"{place}_{part}": f"{name}, {part}"
                for place, name in placed
                for part in ("emulator", "functions")
            }
            | {"machine": "the machine"},
            joined=True,
            note="The machine's is all that runs on it, with the load generator and other programs.",
        ),
        Chart("Memory of the emulator, MB", {f"{place}_memory": name for place, name in placed}, joined=True),
    )


def curves(bench: PipelineBench) -> ChartData:
    """A value for each step of the benchmark; what happened within a step stands at its end."""
    axis = Axis(bench.began, bench.seconds)
    sampled = axis.bins(_uses(bench.samples), lambda use: use[0].at)
    placed = [
        (place, _events(axis, bench, name), _posts(axis, bench, name))
        for place, name in zip(PLACES, bench.names, strict=False)
    ]
    data = ChartData()
    for at in range(axis.points):
        values: dict[str, float | None] = {}
        for place, events, posts in placed:
            latencies = Latencies.of(posts[at])
            values |= {
                f"{place}_events": round(events[at] / axis.step, 1),
                f"{place}_p50": latencies.p50 if posts[at] else None,
                f"{place}_p95": latencies.p95 if posts[at] else None,
            }
        for sample, percent in sampled[at][-1:]:
            values |= _used(bench.names, sample, percent)
        data.add(round((at + 1) * axis.step, 2), values, {})
    return data


def marks(bench: PipelineBench) -> list[tuple[float, str]]:
    """When each run began, in seconds since the benchmark did."""
    return [(round(run.began - bench.began, 2), _title(run)) for run in [*bench.cold, *bench.runs]]


def _title(run: LoadRun) -> str:
    return f"{run.contender}, clients: {run.clients}"


def _events(axis: Axis, bench: PipelineBench, name: str) -> list[int]:
    ends = [run.began + second for run in _runs(bench, name) for second in run.successes]
    return [len(found) for found in axis.bins(ends, lambda end: end)]


def _posts(axis: Axis, bench: PipelineBench, name: str) -> list[list[float]]:
    """How many seconds the POSTs took that were answered in each step."""
    posts = [(run.began + at, seconds) for run in _runs(bench, name) for at, seconds in run.posts]
    return [[seconds for _, seconds in found] for found in axis.bins(posts, lambda post: post[0])]


def _runs(bench: PipelineBench, name: str) -> list[LoadRun]:
    return [run for run in [*bench.cold, *bench.runs] if run.contender == name]


def _uses(samples: Sequence[UseSample]) -> Iterator[tuple[UseSample, dict[str, CpuUse]]]:
    """Each sample but the first, with the percent of one core that were used since the one before."""
    for before, sample in pairwise(samples):
        span = sample.at - before.at
        used = {name: use.since(before.cpu[name]) for name, use in sample.cpu.items()}
        yield sample, {name: _percent(use, span) for name, use in used.items()}


def _percent(use: CpuUse, seconds: float) -> CpuUse:
    parts = (use.emulator, use.functions, use.machine)
    return CpuUse(*(round(_PERCENT * part / seconds, 1) for part in parts))


def _used(names: Sequence[str], sample: UseSample, percent: dict[str, CpuUse]) -> dict[str, float | None]:
    values: dict[str, float | None] = {"machine": percent[names[0]].machine}
    for place, name in zip(PLACES, names, strict=False):
        values |= {
            f"{place}_emulator": percent[name].emulator,
            f"{place}_functions": percent[name].functions,
            f"{place}_memory": sample.memory_mb[name],
        }
    return values
