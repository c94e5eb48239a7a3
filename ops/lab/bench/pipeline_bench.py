"""Benchmark of the ingestion pipeline: coming up, cold, warm with so many clients, costs, and growth."""

import os
import platform
import time
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from ops.lab.app.api import Api
from ops.lab.bench.contender import Contender
from ops.lab.bench.growth import GrowthStep, growth
from ops.lab.bench.load_run import LoadRun, measure_load
from ops.lab.bench.request_log import by_service
from ops.lab.bench.turns import TurnRatios, ratios
from ops.lab.bench.use_samples import UseSample, UseSampler
from ops.lab.errors import CommandError
from ops.lab.progress import ProgressSteps

SCHEMA = 1
COLD_EVENTS = 300
COLD_CLIENTS = 16
# Above it, other programs decide what is measured.
BUSY_PERCENT = 25
_MS = 1000


@dataclass(frozen=True)
class PipelineLoad:
    """What is posted: `events` for each number of clients, `turns` times by each contender."""

    events: int
    clients: tuple[int, ...]
    turns: int


@dataclass(frozen=True)
class ColdStart:
    """The first request to the redrive function, which starts it, and the next one, in milliseconds."""

    first_ms: float
    next_ms: float


@dataclass(kw_only=True)
class PipelineBench:
    """What was measured, of each contender by its name. `began` in epoch seconds.

    `cold` are the first events after the deployment, `runs` those that follow, in the order of their turns.
    """

    load: PipelineLoad
    context: dict[str, str]
    contenders: Sequence[Contender]
    began: float = field(default_factory=time.time)
    cold_starts: dict[str, ColdStart] = field(default_factory=dict)
    cold: list[LoadRun] = field(default_factory=list)
    runs: list[LoadRun] = field(default_factory=list)
    samples: Sequence[UseSample] = ()
    seconds: float = 0.0

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.contenders]

    @property
    def started(self) -> str:
        return datetime.fromtimestamp(self.began, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

    @property
    def machine(self) -> dict[str, str]:
        """What a reader needs to compare two benchmarks."""
        return {
            "processors": str(os.cpu_count()),
            "machine": f"{platform.machine()}, {platform.system()} {platform.release()}",
            "Python": platform.python_version(),
            **self.context,
        }

    @property
    def others_percent(self) -> int:
        """How much of this machine's processors other programs used during the warm runs."""
        there = sum(run.seconds for run in self.runs) * (os.cpu_count() or 1)
        return round(100 * sum(run.others_seconds for run in self.runs) / there) if there else 0

    @property
    def ratios(self) -> list[TurnRatios]:
        """The lab's measures divided by its rival's; none without one."""
        return ratios(self.runs, *self.names) if len(self.contenders) > 1 else []

    @property
    def called(self) -> list[LoadRun]:
        """The last run of each contender whose log has calls."""
        return list({run.contender: run for run in self.runs if run.calls}.values())

    @property
    def growth(self) -> list[GrowthStep]:
        return [step for run in self.runs for step in growth(run, self.samples)]

    def as_document(self) -> dict[str, Any]:
        """What is written as JSON: no single request, and no samples."""
        return {
            "schema": SCHEMA,
            "started_at": self.started,
            "seconds": round(self.seconds, 1),
            "machine": self.machine,
            "others_percent": self.others_percent,
            "load": asdict(self.load),
            "contenders": [
                {
                    "name": each.name,
                    "steps_seconds": each.steps.seconds,
                    "left_out": list(each.left_out),
                    "cold_start": asdict(self.cold_starts[each.name]),
                }
                for each in self.contenders
            ],
            "cold": [run.as_document() for run in self.cold],
            "runs": [
                run.as_document() | {"calls_per_event_by_service": by_service(run.calls)} for run in self.runs
            ],
            "ratios": [each.as_document() for each in self.ratios],
            "growth": [asdict(step) for step in self.growth],
        }


def measure_pipeline(
    contenders: Sequence[Contender],
    load: PipelineLoad,
    context: dict[str, str],
    steps: ProgressSteps,
    *,
    profiling: AbstractContextManager[None],
) -> PipelineBench:
    """Measure the contenders, in turns wherever there are two. `profiling` is entered for the warm runs.

    Raises CommandError where an event is lost or refused, WaitTimedOut where one takes too long.
    """
    bench = PipelineBench(load=load, context=context, contenders=contenders)
    with UseSampler(contenders) as sampler:
        bench.samples = sampler.samples
        for contender in contenders:
            bench.cold_starts[contender.name] = _cold_start(contender)
            with steps.step(f"{contender.name}, cold") as step:
                events = min(COLD_EVENTS, load.events)
                bench.cold.append(measure_load(contender, events, COLD_CLIENTS))
                step.now(f"POST p99 {bench.cold[-1].post.p99:,.0f} ms")
        with profiling:
            for clients in load.clients:
                for _ in range(load.turns):
                    for contender in contenders:
                        with steps.step(f"{contender.name}, clients: {clients}") as step:
                            bench.runs.append(measure_load(contender, load.events, clients))
                            step.now(f"{bench.runs[-1].events_per_second:g} events/s")
    bench.seconds = time.time() - bench.began
    return bench


def _cold_start(contender: Contender) -> ColdStart:
    """Of the redrive function, which nothing else calls: the others stay cold."""
    api = Api(contender.api_url, contender.headers, connections=1)
    return ColdStart(_ask_for_a_job(api, contender), _ask_for_a_job(api, contender))


def _ask_for_a_job(api: Api, contender: Contender) -> float:
    """Milliseconds until a job that never was is not found: after one read of the table of jobs."""
    began = time.perf_counter()
    answer = api.redrive_job(str(uuid.uuid4()))
    seconds = time.perf_counter() - began
    if answer.status != HTTPStatus.NOT_FOUND:
        said = f"{answer.status} {dict(answer.body)}"
        raise CommandError(f"{contender.name} answered to the request for a job that never was: {said}")
    return round(seconds * _MS, 1)
