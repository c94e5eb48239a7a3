"""Samples of what the contenders use, once a second, for the plots and the growth."""

import threading
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from ops.lab.bench.contender import Contender
from ops.lab.bench.process_use import CpuUse, cpu_use, resident_mb

_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class UseSample:
    """A moment, `at` in epoch seconds: each contender's processor time until then, its emulator's memory."""

    at: float
    cpu: dict[str, CpuUse]
    memory_mb: dict[str, float]


def cpu_until(samples: Sequence[UseSample], contender: str, at: float) -> CpuUse | None:
    """What the contender had used until `at`, between two samples in proportion to the time; None outside
    of all samples.
    """
    index = bisect_right([sample.at for sample in samples], at)
    if not index or (index == len(samples) and samples[-1].at < at):
        return None
    before, after = samples[index - 1], samples[min(index, len(samples) - 1)]
    share = (at - before.at) / (after.at - before.at) if after.at > before.at else 0.0
    begun = before.cpu[contender]
    used = after.cpu[contender].since(begun)
    return CpuUse(
        begun.emulator + share * used.emulator,
        begun.functions + share * used.functions,
        begun.machine + share * used.machine,
    )


@dataclass
class UseSampler:
    """A thread that takes samples until the end: use as a context manager. It calls no emulator."""

    contenders: Sequence[Contender]
    samples: list[UseSample] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "UseSampler":
        self._thread = threading.Thread(target=self._sample_on, name="use samples", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _sample_on(self) -> None:
        """The last sample is taken after the end was told, so that the curves reach it."""
        ending = False
        while not ending:
            ending = self._done.wait(_EVERY_SECONDS if self.samples else 0)
            self.samples.append(
                UseSample(
                    at=time.time(),
                    cpu={each.name: cpu_use(each.pid) for each in self.contenders},
                    memory_mb={each.name: round(resident_mb(each.pid), 1) for each in self.contenders},
                )
            )
