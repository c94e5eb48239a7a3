"""`lab bench`."""

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.markup import escape

from ops.lab.console import out
from ops.lab.engines import docker_cli
from ops.lab.engines.choice import Choice, EngineName, choose
from ops.lab.options import JsonOption

_BYTES_IN_MB = 1_000_000  # as Docker counts


def bench(
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
    if as_json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        out().print(f"[bold]{name.replace('_', ' '):<26}[/] {escape(str(value))}", soft_wrap=True)


def _seconds_to_healthy(choice: Choice) -> float:
    with tempfile.TemporaryDirectory(prefix="lab-bench-") as folder:
        engine = choice.engine(Path(folder))
        started = time.monotonic()
        try:
            engine.start()
            return round(time.monotonic() - started, 2)
        finally:
            engine.stop()
