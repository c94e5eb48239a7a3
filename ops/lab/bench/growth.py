"""Growth over a long run: seconds, processor time and memory for each thousand events."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.bench.load_run import LoadRun
from ops.lab.bench.process_use import CpuUse
from ops.lab.bench.use_samples import UseSample, cpu_until

THOUSAND = 1000
_MS = 1000


@dataclass(frozen=True)
class GrowthStep:
    """One more thousand events of a run. `posts` were answered meanwhile: more than a thousand where the
    queue grows. The processor's milliseconds are of one event, by the events that succeeded; `memory_mb` is
    the emulator's when the last of them was done. What no sample tells is None.
    """

    contender: str
    clients: int
    events: int
    seconds: float
    posts: int
    emulator_cpu_ms: float | None
    functions_cpu_ms: float | None
    memory_mb: float | None


def growth(run: LoadRun, samples: Sequence[UseSample]) -> list[GrowthStep]:
    """The steps of a run, by the events' SUCCEEDED; none where it has fewer than two thousand."""
    ends = list(run.successes[THOUSAND - 1 :: THOUSAND])
    if len(ends) < 2:
        return []
    return [
        _step(run, samples, (index + 1) * THOUSAND, begin, end)
        for index, (begin, end) in enumerate(zip([0.0, *ends], ends, strict=False))
    ]


def _step(run: LoadRun, samples: Sequence[UseSample], events: int, begin: float, end: float) -> GrowthStep:
    used = _used_between(run, samples, begin, end)
    return GrowthStep(
        contender=run.contender,
        clients=run.clients,
        events=events,
        seconds=round(end - begin, 2),
        posts=sum(begin < at <= end for at, _ in run.posts),
        emulator_cpu_ms=_ms_an_event(used.emulator) if used else None,
        functions_cpu_ms=_ms_an_event(used.functions) if used else None,
        memory_mb=_memory_at(run.began + end, run.contender, samples),
    )


def _used_between(run: LoadRun, samples: Sequence[UseSample], begin: float, end: float) -> CpuUse | None:
    before = cpu_until(samples, run.contender, run.began + begin)
    after = cpu_until(samples, run.contender, run.began + end)
    return after.since(before) if before and after else None


def _ms_an_event(seconds: float) -> float:
    return round(seconds / THOUSAND * _MS, 2)


def _memory_at(at: float, contender: str, samples: Sequence[UseSample]) -> float | None:
    """The last sample of that moment or before."""
    index = bisect_right([sample.at for sample in samples], at)
    return samples[index - 1].memory_mb.get(contender) if index else None
