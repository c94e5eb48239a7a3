"""Use of the processor by an emulator and the console of it, and the calls that were made meanwhile.

Events/s move with whatever else a machine does; the processor's time that these processes need moves less.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from ops.lab.bench.contender import Contender
from ops.lab.bench.request_log import RequestLog
from ops.lab.local.process_table import cpu_seconds

_MS = 1000


@dataclass(frozen=True)
class ConsoleUse:
    """Of one stretch of time: milliseconds of the processor in each second, by the emulator, the functions
    below it and the console, and calls in each second by operation. `events` went through meanwhile.
    """

    stretch: str
    seconds: float
    emulator: float
    functions: float
    console: float
    calls: dict[str, float]
    events: int = 0

    @property
    def ms_per_event(self) -> float:
        """Milliseconds of the processor for one event, by all three."""
        used = (self.emulator + self.functions + self.console) * self.seconds
        return round(used / self.events, 2) if self.events else 0.0

    def as_document(self) -> dict[str, Any]:
        return asdict(self) | {"ms_per_event": self.ms_per_event}


@dataclass
class UseMeter:
    """Measures stretches of time. `console` is the process id of the console, `uses` what was measured."""

    contender: Contender
    console: int
    uses: list[ConsoleUse] = field(default_factory=list)

    @contextmanager
    def over(self, stretch: str, events: int = 0) -> Iterator[None]:
        """Measure while the block runs; nothing is kept of one that fails."""
        log, began = RequestLog(self.contender.log), time.monotonic()
        before, console = self.contender.cpu, cpu_seconds(self.console)
        yield
        used, console = self.contender.cpu.since(before), cpu_seconds(self.console) - console
        seconds = time.monotonic() - began
        self.uses.append(
            ConsoleUse(
                stretch=stretch,
                seconds=round(seconds, 2),
                emulator=round(used.emulator / seconds * _MS, 1),
                functions=round(used.functions / seconds * _MS, 1),
                console=round(console / seconds * _MS, 1),
                calls=log.per_second(seconds),
                events=events,
            )
        )


def of_stretch(uses: Sequence[ConsoleUse], stretch: str) -> list[ConsoleUse]:
    """Those of this name, in their order."""
    return [use for use in uses if use.stretch == stretch]
