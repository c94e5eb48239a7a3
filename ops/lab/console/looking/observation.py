"""Observation: what one look at the ingestion pipeline saw, from AWS APIs alone."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ops.lab.app import failure_mode, queue_depth, worker_mapping
from ops.lab.app.queue_depth import QueueDepth
from ops.lab.app.target import Target
from ops.lab.console.looking import asked_metrics
from ops.lab.console.looking.look_memory import COUNTED_SECONDS, LookMemory
from ops.lab.probes import metrics
from ops.lab.probes.alarms import AlarmReading

# Over how many seconds a rate of the emulator is taken: shorter than elsewhere, for a picture that is live.
_LOCAL_WINDOW = 5.0


@dataclass(frozen=True)
class Observation:
    """`at` is epoch seconds. `depths` are of the queues by name, `alarms` states by name, `readings` the same
    alarms with what they look at, `outputs` the stacks'.

    `rates` are counts a second by name, over the last `window_seconds`; `counts` those of the last
    `counted_seconds`, and `counted_last` when it was, in epoch seconds, for some of them; `ages` seconds by
    queue, without those that have no message; `undelivered` outcome events. `problem` says why nothing was
    seen; what is shown then is the look before.
    """

    at: float
    depths: Mapping[str, QueueDepth] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)
    counted_last: Mapping[str, float] = field(default_factory=dict)
    ages: Mapping[str, float] = field(default_factory=dict)
    undelivered: int = 0
    alarms: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, AlarmReading] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    delivery: str = ""
    failure_mode: str = ""
    window_seconds: float = 0.0
    counted_seconds: float = COUNTED_SECONDS
    on_aws: bool = False
    problem: str = ""
    hint: str = ""

    @property
    def raised(self) -> list[str]:
        """The alarms in ALARM, by name."""
        return sorted(name for name, state in self.alarms.items() if state == "ALARM")

    @property
    def seen(self) -> bool:
        """Whether any look has succeeded yet."""
        return self.at > 0

    def failed(self, problem: str, hint: str) -> "Observation":
        """The same, with what went wrong in the look after it."""
        return replace(self, problem=problem, hint=hint)


class PipelineObserver:
    """Looks at a target again and again, and keeps between two looks what seldom changes."""

    def __init__(self) -> None:
        self._memory: LookMemory | None = None

    def look(self, target: Target) -> Observation:
        """Look once. Raises what `observe` raises."""
        if self._memory is None or not self._memory.fits(target):
            self._memory = LookMemory(target)
        return observe(target, self._memory)

    def forget(self) -> None:
        """Have the next look ask for everything that it shows: something was changed."""
        if self._memory is not None:
            self._memory.forget_seldom()


def observe(target: Target, memory: LookMemory) -> Observation:
    """Look once: three to nine calls, four in the mean.

    Raises NotUp where an output is missing, and botocore's errors.
    """
    memory.begin_look()
    window = metrics.rate_window(target, _LOCAL_WINDOW)
    readings = memory.alarm_readings()
    counted, aged = asked_metrics.counted(target, readings, memory.rules()), asked_metrics.aged(target)
    *series, undelivered = metrics.values(
        target,
        [*counted.values(), *aged.values(), asked_metrics.undelivered(target)],
        time.time() - window,
    )
    values = dict(zip([*counted, *(f"age of {name}" for name in aged)], series, strict=True))
    rates = {name: round(sum(values[name]) / window, 2) for name in counted}
    depths = {
        name: queue_depth.depth(target, target.output(asked_metrics.QUEUES[name]))
        for name in ("queue", "dlq")
    }
    depths["parked"] = memory.seldom(
        "parked", 2, lambda: queue_depth.depth(target, target.output("ParkedUrl"))
    )
    lately = memory.counts(counted)
    filling = memory.filling(depths["dlq"].total, rates["redriven"], window)
    return Observation(
        at=time.time(),
        depths=depths,
        rates=rates | {"dead_lettered": filling},
        counts=lately.sums,
        counted_last=lately.last,
        ages={name: found[-1] for name in aged if (found := values[f"age of {name}"])},
        undelivered=round(undelivered[-1]) if undelivered else 0,
        alarms={name: reading.state for name, reading in readings.items()},
        readings=readings,
        outputs=dict(target.outputs),
        delivery=memory.seldom("delivery", 4, lambda: worker_mapping.state(target)),
        failure_mode=memory.seldom("failure mode", 4, lambda: failure_mode.read_mode(target)),
        window_seconds=window,
        on_aws=target.endpoint is None,
    )
