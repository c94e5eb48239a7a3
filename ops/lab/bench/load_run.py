"""Load run: so many events over so many connections, from the first POST to the last SUCCEEDED."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ops.lab.app.queue_depth import main_queue
from ops.lab.app.state_table import read_items
from ops.lab.app.traffic import new_run_name
from ops.lab.bench.contender import Contender
from ops.lab.bench.load import LoadAnswer, LoadOrder
from ops.lab.bench.process_use import MemoryUse
from ops.lab.bench.request_log import RequestLog
from ops.lab.errors import CommandError
from ops.lab.local.child_environment import plain_environment
from ops.lab.report.latencies import Latencies
from ops.lab.repository import REPOSITORY
from ops.lab.waiting import eventually

_LEAST_PATIENCE_SECONDS = 90.0
_PATIENCE_SECONDS_AN_EVENT = 0.5
_MS = 1000


@dataclass(frozen=True)
class CpuPerEvent:
    """Milliseconds of the processor for one event. The machine's are all, with the generator's own."""

    emulator: float
    functions: float
    generator: float
    machine: float


@dataclass(frozen=True, kw_only=True)
class LoadRun:
    """What was measured. `began` is the first POST in epoch seconds, `seconds` until the last SUCCEEDED.

    `posts` has for each POST the second of its answer and how long it took, `successes` the second of each
    event's SUCCEEDED, in order; `calls` how many of each operation there were for an event.
    """

    contender: str
    clients: int
    events: int
    began: float
    seconds: float
    post_seconds: float
    post: Latencies
    cpu: CpuPerEvent
    memory: MemoryUse
    calls: dict[str, float]
    posts: Sequence[tuple[float, float]]
    successes: Sequence[float]

    @property
    def events_per_second(self) -> float:
        return round(self.events / max(self.seconds, 0.001), 1)

    @property
    def others_seconds(self) -> float:
        """Seconds of the processor that other programs used meanwhile."""
        cpu = self.cpu
        others = cpu.machine - cpu.emulator - cpu.functions - cpu.generator
        return max(0.0, others * self.events / _MS)

    def as_document(self) -> dict[str, Any]:
        """What is written as JSON, without each single request."""
        return {
            "contender": self.contender,
            "clients": self.clients,
            "events": self.events,
            "events_per_second": self.events_per_second,
            "seconds": round(self.seconds, 2),
            "post_seconds": round(self.post_seconds, 2),
            "post_ms": asdict(self.post),
            "cpu_ms_per_event": asdict(self.cpu),
            "memory_mb": asdict(self.memory),
            "calls_per_event": self.calls,
        }


def measure_load(contender: Contender, events: int, clients: int) -> LoadRun:
    """Post the events, wait until the queue is empty, and read from the table when each was done.

    Raises CommandError where an event is not accepted or does not succeed, WaitTimedOut where it takes too
    long.
    """
    order = contender.order(new_run_name(), events, clients)
    log, before = RequestLog(contender.log), contender.cpu
    answer = _generate(order)
    if answer.refused:
        raise CommandError(
            f"{contender.name} did not accept {len(answer.refused)} of {events} events: "
            f"{sorted(set(answer.refused))} {answer.problem}"
        )
    _wait_until_drained(contender, events)
    used, calls = contender.cpu.since(before), log.per_event(events)
    successes = _successes(contender, order, answer.began)
    return LoadRun(
        contender=contender.name,
        clients=clients,
        events=events,
        began=answer.began,
        seconds=successes[-1],
        post_seconds=answer.posts[-1][0],
        post=Latencies.of([seconds for _, seconds in answer.posts]),
        cpu=CpuPerEvent(
            *(
                round(seconds / events * _MS, 2)
                for seconds in (used.emulator, used.functions, answer.cpu_seconds, used.machine)
            )
        ),
        memory=contender.memory,
        calls=calls,
        posts=answer.posts,
        successes=successes,
    )


def _generate(order: LoadOrder) -> LoadAnswer:
    """Have the load generator, a process of its own, carry the order out; end it where this one is ended."""
    generator = subprocess.Popen(
        [sys.executable, "-m", "ops.lab.bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=plain_environment(),
        start_new_session=True,  # Ctrl-C is for this process, which ends the generator
    )
    try:
        said, complained = generator.communicate(json.dumps(asdict(order)))
    finally:
        if generator.poll() is None:
            generator.kill()
            generator.communicate()
    if generator.returncode != 0:
        raise CommandError(
            f"the load generator ended with status {generator.returncode}", hint=complained[-2000:]
        )
    return LoadAnswer.from_json(said)


def _wait_until_drained(contender: Contender, events: int) -> None:
    eventually(
        lambda: main_queue(contender.target).total,
        within=max(_LEAST_PATIENCE_SECONDS, events * _PATIENCE_SECONDS_AN_EVENT),
        until=lambda left: left == 0,
        what=f"an empty queue of {contender.name}",
    )


def _successes(contender: Contender, order: LoadOrder, began: float) -> list[float]:
    """Seconds from the first POST to each SUCCEEDED, in order. Raises CommandError where one is missing."""
    items = read_items(contender.target, order.keys)
    done = [item.processed_at for item in items.values() if item.succeeded and item.processed_at]
    if len(done) < order.events:
        raise CommandError(
            f"{contender.name} got {len(done)} of {order.events} events done, and its queue is empty"
        )
    return sorted(datetime.fromisoformat(at).timestamp() - began for at in done)
