"""Affinity of the emulator's threads: one core for all, as long as others leave it to them.

Python runs one thread of a process at a time. Where its threads are on several cores, the interpreter's lock,
and the caches with it, travel from core to core: under load that made a request up to a third dearer. But a
program that keeps to one core cannot leave it when another program wants it too. So the cores are looked at
each second: the threads move to a core that has more to give, or go where the system puts them while none
has.

Functions are processes of their own, and run on all cores.
"""

import contextlib
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 1.0
# Shares of a core's time. Above the first others want the core as well; above the second, a mean of all
# cores, the machine is too busy to give one away.
CONTESTED = 0.5
CROWDED = 0.65
PAUSE_SECONDS = 10.0

ALL_CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


@dataclass(frozen=True)
class Look:
    """What was seen in a second: the share of its time that each core was busy, and what we took of one."""

    busy: dict[int, float]
    own: float


@dataclass
class CoreChoice:
    """Which core is ours; None: wherever the system puts us. `at` are monotonic seconds."""

    core: int | None = None
    _not_before: float = field(default=0.0)

    def after(self, look: Look, at: float) -> int | None:
        """Choose again, and return the choice."""
        quietest = min(look.busy, key=lambda core: (look.busy[core], core))
        if self.core is None:
            of_others = (sum(look.busy.values()) - look.own) / len(look.busy)
            if at >= self._not_before and of_others < CROWDED:
                self.core = quietest
        elif (of_others := look.busy[self.core] - look.own) > CONTESTED:
            if quietest != self.core and look.busy[quietest] < of_others:
                self.core = quietest
            else:
                self.core, self._not_before = None, at + PAUSE_SECONDS
        return self.core


def keep() -> None:
    """Begin to look after the affinity, where there is one to choose."""
    if len(ALL_CORES) > 1:
        threading.Thread(target=_run, name="processor-affinity", daemon=True).start()


def _run() -> None:
    choice, pause = CoreChoice(), threading.Event()
    times, own, at = _core_times(), time.process_time(), time.monotonic()
    while not pause.wait(LOOK_SECONDS):
        times_then, own_then, at_then = times, own, at
        times, own, at = _core_times(), time.process_time(), time.monotonic()
        seconds = at - at_then
        before = choice.core
        busy = {core: min(1.0, (times[core] - times_then[core]) / seconds) for core in ALL_CORES}
        if choice.after(Look(busy, (own - own_then) / seconds), at) != before:
            _put_on(ALL_CORES if choice.core is None else [choice.core])


def _put_on(cores: list[int]) -> None:
    for task in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            os.sched_setaffinity(int(task), cores)


def _core_times() -> dict[int, float]:
    """Seconds that each core has been busy since the machine started (proc(5), /proc/stat)."""
    ticks_a_second = os.sysconf("SC_CLK_TCK")
    times = {}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name != "cpu":
            user, nice, system, _idle, _iowait, irq, softirq, *_ = map(int, fields)
            times[int(name[3:])] = (user + nice + system + irq + softirq) / ticks_a_second
    return times
