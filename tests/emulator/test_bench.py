"""`lab bench pipeline` on an emulator that it starts and stops itself. What it measures is not judged."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ops.lab.local.process_table import PROGRAM, command_line, descendants, runs_emulator
from ops.lab.repository import REPOSITORY
from ops.lab.waiting import eventually

SECONDS = 580


def _bench(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ops.lab", "bench", *options, "--reports", str(folder / "reports")],
        cwd=REPOSITORY,
        env=os.environ | {"LAB_DIR": str(folder / "lab")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.timeout(SECONDS + 20)
def test_a_small_benchmark_tells_everything(tmp_path: Path) -> None:
    with _bench(tmp_path, "pipeline", "--events", "50", "--clients", "1", "--json") as process:
        out, err = process.communicate(timeout=SECONDS)

    assert process.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    [contender], [cold], [warm] = document["contenders"], document["cold"], document["runs"]
    assert contender["steps_seconds"].keys() == {"start", "synth", "bootstrap", "deploy"}
    assert contender["cold_start"].keys() == {"first_ms", "next_ms"}
    assert (contender["left_out"], document["ratios"], document["growth"]) == ([], [], [])
    assert (cold["clients"], cold["events"], warm["clients"], warm["events"]) == (16, 50, 1, 50)
    for run in (cold, warm):
        assert run["post_ms"]["p50"] <= run["post_ms"]["p95"] <= run["post_ms"]["p99"]
        assert run["seconds"] > 0
        assert run["events_per_second"] > 0
        assert all(value > 0 for value in run["cpu_ms_per_event"].values()), run["cpu_ms_per_event"]
        assert all(value > 1 for value in run["memory_mb"].values()), run["memory_mb"]
    calls = warm["calls_per_event"]
    assert (calls["api.POST"], calls["sqs.SendMessage"]) == (1, 1)
    assert warm["calls_per_event_by_service"]["dynamodb"] > 0
    assert json.loads((tmp_path / "reports" / "bench-pipeline.json").read_text()) == document
    assert "Calls an event" in (tmp_path / "reports" / "bench-pipeline.html").read_text()


def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    with _bench(tmp_path, "pipeline", "--events", "10", "--clients", "1") as process:
        started = eventually(
            lambda: [pid for pid in descendants(process.pid) if runs_emulator(pid)],
            within=120,
            what="the emulator's process",
        )
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)

    assert process.returncode == 130, (out, err)
    assert [pid for pid in started if PROGRAM in command_line(pid)] == []
