"""Growth over a long run: seconds and memory for each thousand events."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.bench.load_run import LoadRun
from ops.lab.bench.use_samples import UseSample

THOUSAND = 1000


@dataclass(frozen=True)
class GrowthStep:
    """One more thousand events of a run. `memory_mb` is the emulator's when the last of them was done.

    It is None where no sample had been taken by then.
    """

    contender: str
    clients: int
    events: int
    seconds: float
    memory_mb: float | None


def growth(run: LoadRun, samples: Sequence[UseSample]) -> list[GrowthStep]:
    """The steps of a run, by the events' SUCCEEDED; none where it has fewer than two thousand."""
    ends = list(run.successes[THOUSAND - 1 :: THOUSAND])
    if len(ends) < 2:
        return []
    return [
        GrowthStep(
            run.contender,
            run.clients,
            (index + 1) * THOUSAND,
            round(end - begin, 2),
            _memory_at(run.began + end, run.contender, samples),
        )
        for index, (begin, end) in enumerate(zip([0.0, *ends], ends, strict=False))
    ]


def _memory_at(at: float, contender: str, samples: Sequence[UseSample]) -> float | None:
    """The last sample of that moment or before."""
    index = bisect_right([sample.at for sample in samples], at)
    return samples[index - 1].memory_mb.get(contender) if index else None
