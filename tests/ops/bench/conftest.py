"""Runs of made-up measures, and a benchmark of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from ops.lab.app.target import Target
from ops.lab.bench.contender import Contender, StepSeconds
from ops.lab.bench.load_run import CpuPerEvent, LoadRun
from ops.lab.bench.pipeline_bench import ColdStart, PipelineBench, PipelineLoad
from ops.lab.bench.process_use import CpuUse, MemoryUse
from ops.lab.bench.use_samples import UseSample
from ops.lab.report.latencies import Latencies

BEGAN = 1_000.0
Run = Callable[..., LoadRun]


@pytest.fixture
def run() -> Run:
    """Make a run: 10 events in one second, unless told otherwise."""

    def make(contender: str = "lab", clients: int = 1, *, seconds: float = 1.0, **more: Any) -> LoadRun:
        events = more.pop("events", 10)
        values: dict[str, Any] = {
            "began": BEGAN + 1,
            "post_seconds": seconds / 2,
            "post": Latencies(10, 20, 30),
            "cpu": CpuPerEvent(12, 8, 2, 25),
            "memory": MemoryUse(400, 100),
            "calls": {},
            "posts": [(seconds * (n + 1) / events / 2, 0.01) for n in range(events)],
            "successes": [seconds * (n + 1) / events for n in range(events)],
        } | more
        return LoadRun(contender=contender, clients=clients, events=events, seconds=seconds, **values)

    return make


@pytest.fixture
def bench(run: Run) -> PipelineBench:
    """The lab and a rival with a name that HTML must not take for a tag, two turns each."""
    target = Target(boto3.Session(region_name="us-east-1"), endpoint="http://127.0.0.1:9", env_name="dev")
    names = ("lab", "<rival>")
    bench = PipelineBench(
        load=PipelineLoad(10, (1,), 2),
        context={"envName": "dev"},
        contenders=[
            Contender(name, 1, target, StepSeconds({"start": 4.5, "deploy": 9.0}), log=Path("log"))
            for name in names
        ],
        began=BEGAN,
    )
    bench.cold_starts = {name: ColdStart(900, 40) for name in names}
    bench.cold = [run(name, 16) for name in names]
    calls = {"sqs.SendMessage": 1.0, "dynamodb.PutItem": 1.0, "dynamodb.UpdateItem": 1.0}
    bench.runs = [
        run("lab", 1, seconds=2, calls=calls),
        run("<rival>", 1, seconds=1),
        run("lab", 1, seconds=4, began=BEGAN + 4, calls=calls),
        run("<rival>", 1, seconds=1, began=BEGAN + 4),
    ]
    bench.samples = [
        UseSample(
            BEGAN + at,
            {name: CpuUse(at * 0.5, at * 0.25, at * 1.5) for name in names},
            dict.fromkeys(names, 400.0),
        )
        for at in range(9)
    ]
    bench.seconds = 8.0
    return bench
