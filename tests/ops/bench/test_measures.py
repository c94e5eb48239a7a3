"""What is counted and compared: percentiles, /proc, the log of requests, pairs of turns, growth."""

import os
from collections import Counter
from pathlib import Path

import pytest

from ops.lab.bench.growth import growth
from ops.lab.bench.process_use import (
    CpuUse,
    busy_ticks,
    cpu_use,
    memory_use,
    pss_mb,
    refuse_without_proc,
    resident_mb,
)
from ops.lab.bench.request_log import RequestLog, by_service, operations
from ops.lab.bench.turns import ratios
from ops.lab.bench.use_samples import UseSample, cpu_until
from ops.lab.errors import Refused
from ops.lab.report.latencies import Latencies, percentile
from tests.ops.bench.conftest import BEGAN, Run

LINES = """\
2026-11-27T21:54:10.233  INFO --- [et.reactor-5] localstack.request.aws     : AWS sqs.SendMessage => 200
2026-11-27T21:54:10.261  INFO --- [et.reactor-5] localstack.request.aws     : AWS dynamodb.PutItem => 400 (X)
2026-11-27T21:54:10.293  INFO --- [et.reactor-8] localstack.request.http  : POST /_aws/execute-api/x/e => 202
2026-11-27T21:54:10.361  INFO --- [et.reactor-5] localstack.request.aws     : AWS dynamodb.UpdateItem => 200
2026-11-27T21:54:10.389  INFO --- [et.reactor-5] localstack.request.aws     : AWS sqs.GetQueueAttributes => 1
2026-11-27T21:54:10.389  INFO --- [et.reactor-5] localstack.request.http    : GET /_localstack/health => 200
"""
STAT = """\
cpu  100 10 50 9999 777 3 4 555 20 0
cpu0 50 5 25 5000 300 1 2 200 10 0
"""


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(value) for value in range(1, 101)]

    assert [percentile(values, p) for p in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([7.0], 50) == 7
    assert percentile([], 50) == 0


def test_latencies_are_in_milliseconds() -> None:
    assert Latencies.of([0.3, 0.1, 0.2]) == Latencies(p50=200, p95=300, p99=300)


def test_the_machine_works_where_it_is_neither_idle_nor_waiting_nor_stolen() -> None:
    assert busy_ticks(STAT) == 100 + 10 + 50 + 3 + 4  # user has the guests' time in it (proc(5))


def test_shared_memory_is_counted_by_its_share() -> None:
    assert pss_mb("00400000-7ffe ---p 0 [rollup]\nRss:  99999 kB\nPss:   2048 kB\nPss_Dirty: 7 kB\n") == 2
    assert pss_mb("") == 0


def test_this_process_uses_the_machine() -> None:
    before = cpu_use(os.getpid())
    while (used := cpu_use(os.getpid()).since(before)).emulator < 0.3:
        sum(range(10_000))

    # The kernel counts a process by its run time, and the machine by ticks of 10 ms, less stolen time.
    assert used.machine > used.emulator / 2
    assert used.emulator > used.functions
    assert memory_use(os.getpid()).emulator == pytest.approx(resident_mb(os.getpid()), rel=0.2)


def test_a_process_that_has_ended_uses_nothing() -> None:
    gone = 2**22 + 1  # above the kernel's highest process id (proc(5), pid_max)

    used = cpu_use(gone)
    assert (used.emulator, used.functions, memory_use(gone).emulator) == (0, 0, 0)


def test_without_proc_it_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no /proc"):
        refuse_without_proc(tmp_path)


def test_requests_are_counted_by_operation_but_for_the_benchmark_s_own() -> None:
    assert operations(LINES) == Counter(
        {"sqs.SendMessage": 1, "dynamodb.PutItem": 1, "dynamodb.UpdateItem": 1, "api.POST": 1}
    )


def test_only_what_is_logged_from_now_on_counts(tmp_path: Path) -> None:
    path = tmp_path / "emulator.log"
    path.write_text(LINES)
    log = RequestLog(path)
    with path.open("a") as more:
        more.write(LINES * 3)

    calls = log.per_event(2)

    assert calls["sqs.SendMessage"] == 1.5
    assert by_service(calls) == {"sqs": 1.5, "dynamodb": 3.0, "api": 1.5}


def test_an_emulator_without_a_log_has_no_calls() -> None:
    assert RequestLog(None).per_event(5) == {}


def test_neighbours_are_compared(run: Run) -> None:
    runs = [run("a", seconds=2), run("b", seconds=1), run("a", seconds=1), run("b", seconds=1)]
    runs += [run("a", 4, seconds=1), run("b", 4, seconds=4), run("a", 4, seconds=1)]  # the last has no pair

    found = {(each.clients, each.measure): each for each in ratios(runs, "a", "b")}

    assert found[1, "events_per_second"].ratios == (0.5, 1.0)
    assert found[1, "events_per_second"].median == 0.75
    assert found[4, "events_per_second"].ratios == (4.0,)
    assert found[1, "post_p50_ms"].ratios == (1.0, 1.0)


def _samples(seconds: int) -> list[UseSample]:
    """Of a contender that uses a core whole from the fourth second on, and half of one before."""
    cpu = [min(second, 4) * 0.5 + max(second - 4, 0) * 1.0 for second in range(seconds)]
    return [
        UseSample(BEGAN + second, {"lab": CpuUse(used, used / 2, used * 3)}, {"lab": 400.0 + second})
        for second, used in enumerate(cpu)
    ]


def test_growth_has_a_step_for_each_thousand(run: Run) -> None:
    steps = growth(run(events=3500, seconds=7.0), _samples(9))

    assert [(step.events, step.seconds, step.memory_mb) for step in steps] == [
        (1000, 2.0, 403.0),
        (2000, 2.0, 405.0),
        (3000, 2.0, 407.0),
    ]
    # The run begins with the samples' second 1: half a core, half of each, a whole core.
    assert [(step.emulator_cpu_ms, step.functions_cpu_ms) for step in steps] == [
        (1.0, 0.5),
        (1.5, 0.75),
        (2.0, 1.0),
    ]


def test_growth_counts_the_posts_of_a_step(run: Run) -> None:
    """They end in half of the time: the queue grows, and the last thousand have none."""
    steps = growth(run(events=4000, seconds=8.0), [])

    assert [step.posts for step in steps] == [2000, 2000, 0, 0]


def test_what_no_sample_tells_of_a_step_is_open(run: Run) -> None:
    first, second = growth(run(events=2000, seconds=4.0), _samples(4))

    assert (first.emulator_cpu_ms, first.memory_mb) == (1.0, 403.0)
    assert (second.emulator_cpu_ms, second.functions_cpu_ms) == (None, None)


def test_between_two_samples_processor_time_is_in_proportion() -> None:
    samples = _samples(6)

    assert cpu_until(samples, "lab", BEGAN + 4.25) == CpuUse(2.25, 1.125, 6.75)
    assert cpu_until(samples, "lab", BEGAN + 5) == CpuUse(3.0, 1.5, 9.0)
    assert cpu_until(samples, "lab", BEGAN - 0.1) is None
    assert cpu_until(samples, "lab", BEGAN + 5.1) is None
    assert cpu_until([], "lab", BEGAN) is None


def test_a_short_run_has_no_growth(run: Run) -> None:
    assert growth(run(events=1999, seconds=5.0), []) == []
