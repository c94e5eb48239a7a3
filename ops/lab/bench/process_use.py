"""Use of the processor and of memory: by an emulator, by the functions below it, and by the machine.

All is read from /proc (proc(5)), so it needs Linux.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.lab.errors import Refused
from ops.lab.local.process_table import cpu_times, descendants

_PROC = Path("/proc")
_BYTES_IN_MB = 1024 * 1024
_KB_IN_MB = 1024


@dataclass(frozen=True)
class CpuUse:
    """Seconds of the processor since some beginning. `functions` are the emulator's child processes;
    `machine` is all that this machine does, with both of them in it.
    """

    emulator: float
    functions: float
    machine: float

    def since(self, before: "CpuUse") -> "CpuUse":
        return CpuUse(
            self.emulator - before.emulator,
            self.functions - before.functions,
            self.machine - before.machine,
        )


@dataclass(frozen=True)
class MemoryUse:
    """Megabytes. The functions' are their share of what forked processes have in common (Pss)."""

    emulator: float
    functions: float


def refuse_without_proc(proc: Path = _PROC) -> None:
    """Raise Refused where this machine does not tell what its processes use."""
    if not (proc / "stat").is_file():
        raise Refused("this machine has no /proc, from which processor time is read", hint="it needs Linux")


def cpu_use(pid: int) -> CpuUse:
    """What the emulator `pid` and its functions have used until now; 0 for a process that has ended.

    A function that ends while it is looked at is counted by its parent, which collects it.
    """
    own, ended = cpu_times(pid)
    return CpuUse(own, ended + sum(sum(cpu_times(child)) for child in descendants(pid)), machine_seconds())


def memory_use(pid: int) -> MemoryUse:
    return MemoryUse(
        round(resident_mb(pid), 1), round(sum(_proportional_mb(child) for child in descendants(pid)), 1)
    )


def resident_mb(pid: int) -> float:
    """Physical memory of process `pid` in MB; 0 where it has ended."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / _BYTES_IN_MB


def _proportional_mb(pid: int) -> float:
    try:
        return pss_mb((_PROC / str(pid) / "smaps_rollup").read_text())
    except OSError:
        return 0.0


def pss_mb(smaps_rollup: str) -> float:
    """The proportional set size in MB that a `smaps_rollup` tells."""
    kilobytes = (line.split()[1] for line in smaps_rollup.splitlines() if line.startswith("Pss:"))
    return int(next(kilobytes, "0")) / _KB_IN_MB


def machine_seconds() -> float:
    """What all processors of this machine have worked since it started, in seconds."""
    return busy_ticks((_PROC / "stat").read_text()) / os.sysconf("SC_CLK_TCK")


def busy_ticks(stat: str) -> int:
    """The ticks of /proc/stat in which the processors worked: neither idle, nor waiting, nor stolen."""
    ticks = dict(_named_ticks(stat))
    return sum(ticks[name] for name in ("user", "nice", "system", "irq", "softirq"))


def _named_ticks(stat: str) -> Iterator[tuple[str, int]]:
    names = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
    return zip(names, map(int, stat.splitlines()[0].split()[1 : len(names) + 1]), strict=True)
