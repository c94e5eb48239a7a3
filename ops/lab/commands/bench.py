"""`lab bench`: what is fast, measured. No test asserts it: that would test the machine."""

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer

from ops.lab.actions.dead_letters import bury
from ops.lab.app import queue_depth
from ops.lab.app.redrive_client import RedriveClient, RedriveFilters
from ops.lab.app.traffic import new_run_name
from ops.lab.commands.bench_calls import calls
from ops.lab.commands.bench_console import console
from ops.lab.commands.bench_pipeline import pipeline
from ops.lab.engines import docker_cli
from ops.lab.engines.engine import EngineChoice, EngineName, choose
from ops.lab.errors import Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, refuse_beside_others
from ops.lab.options import choose as choose_target
from ops.lab.terminal import escape, out

_BYTES_IN_MB = 1_000_000  # as Docker counts
_REDRIVE_WITHIN_SECONDS = 300


app = typer.Typer(no_args_is_help=True, help="Measure how fast things are on this machine.")
app.command("pipeline")(pipeline)
app.command("calls")(calls)
app.command("console")(console)


@app.command("start")
def start(
    engine: Annotated[EngineName, typer.Option("--engine", help="What runs the emulator.")] = EngineName.AUTO,
    starts: Annotated[int, typer.Option("--starts", min=1, max=20, help="How many starts to time.")] = 3,
    as_json: JsonOption = False,
) -> None:
    """Measure how long the emulator takes to start, and in Docker how large its image is."""
    choice = choose(engine)
    report: dict[str, Any] = {"engine": choice.name.value, "reason": choice.reason}
    if choice.name is EngineName.DOCKER:
        report["image_mb"] = round((docker_cli.image_bytes() or 0) / _BYTES_IN_MB)
    seconds = [_seconds_to_healthy(choice) for _ in range(starts)]
    report |= {"start_to_healthy_seconds": seconds, "median_seconds": median(seconds)}
    _show(report, as_json)


@app.command("redrive")
def redrive(
    messages: Annotated[
        int, typer.Option("--messages", min=1, max=1000, help="How many dead letters.")
    ] = 1000,
    env: EnvOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fill the running lab's DLQ with valid events, and measure the job that brings them back."""
    refuse_beside_others(TargetName.RUNNING, env)
    target = choose_target(TargetName.RUNNING, env)
    if queue_depth.dead_letter_queue(target).total:
        raise Refused("the DLQ is not empty", hint="redrive it first: lab redrive start --wait")
    run = new_run_name()
    bury(target, [f"{run}-{number:04d}" for number in range(messages)])
    client = RedriveClient.of(target)
    job = client.wait_for_job(
        client.start(RedriveFilters(max_messages=messages)).job_id, _REDRIVE_WITHIN_SECONDS
    )
    _show({"status": job.status, "moved": job.moved, "seconds": job.seconds}, as_json)


def _show(report: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        out().print(f"[bold]{name.replace('_', ' '):<26}[/] {escape(str(value))}", soft_wrap=True)


def _seconds_to_healthy(choice: EngineChoice) -> float:
    with tempfile.TemporaryDirectory(prefix="lab-bench-") as folder:
        engine = choice.engine(Path(folder))
        started = time.monotonic()
        try:
            engine.start()
            return round(time.monotonic() - started, 2)
        finally:
            engine.stop()
