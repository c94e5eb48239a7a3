"""Page of a benchmark: it tells all the numbers, draws what it says, and loads nothing."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from statistics import median

from ops.lab.bench.load_run import CpuPerEvent
from ops.lab.bench.pipeline_bench import PipelineBench
from ops.lab.bench.report.curves import curves, marks
from ops.lab.bench.report.page import headlines, write_page
from tests.ops.bench.conftest import Run


def test_the_page_tells_the_numbers_and_loads_nothing(bench: PipelineBench, tmp_path: Path) -> None:
    write_page(bench, tmp_path / "bench.html")

    html = (tmp_path / "bench.html").read_text(encoding="utf-8")
    assert "<rival>" not in html
    for said in ("lab and &lt;rival&gt;", "UpdateItem 1.0", "0.25", "events_per_second"):
        assert said in html
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\(""", html.replace("xlink:href", ""))
    [data] = re.findall(r'<script type="application/json" id="plots">(.*?)</script>', html, re.DOTALL)
    plots = json.loads(data)
    charted = {name for names in re.findall(r'data-series="([^"]+)"', html) for name in names.split()}
    assert charted == plots["titles"].keys() == plots["values"].keys()
    for name in charted:
        assert f"--{name.replace('_', '-')}:" in html


def test_the_first_numbers_are_medians_by_clients(bench: PipelineBench) -> None:
    [first, *_] = bench.load.clients
    speeds = [run.events_per_second for run in bench.runs if (run.contender, run.clients) == ("lab", first)]
    told = {each.clients: each for each in headlines(bench)}
    assert told[first].own == median(speeds)
    assert told[first].rival is not None
    assert told[first].ratio == next(
        each.median for each in bench.ratios if (each.measure, each.clients) == ("events_per_second", first)
    )


def test_alone_the_lab_has_no_ratios(bench: PipelineBench, tmp_path: Path) -> None:
    bench.contenders = bench.contenders[:1]
    bench.cold, bench.runs = bench.cold[:1], [run for run in bench.runs if run.contender == "lab"]
    write_page(bench, tmp_path / "bench.html")

    assert "Ratios" not in (tmp_path / "bench.html").read_text(encoding="utf-8")
    assert bench.as_document()["ratios"] == []


def test_growth_is_told_with_the_processor_s_time(bench: PipelineBench, run: Run, tmp_path: Path) -> None:
    bench.runs = [run("lab", 16, events=2000, seconds=4.0)]
    write_page(bench, tmp_path / "bench.html")

    assert [
        (step["events"], step["posts"], step["emulator_cpu_ms"], step["functions_cpu_ms"])
        for step in bench.as_document()["growth"]
    ] == [(1000, 2000, 1.0, 0.5), (2000, 0, 1.0, 0.5)]
    html = (tmp_path / "bench.html").read_text(encoding="utf-8")
    [growth] = re.findall(r"<h2>Growth</h2>(.*?)</section>", html, re.DOTALL)
    assert re.findall(r"<td[^>]*>(.*?)</td>", growth)[8:] == [
        *("lab", "16", "2,000", "2.0", "0", "1.0", "0.5", "400.0"),
    ]


def test_curves_have_what_happened_within_a_step(bench: PipelineBench) -> None:
    data = curves(bench)

    assert data.seconds[:3] == [0.5, 1.0, 1.5]
    events = dict(zip(data.seconds, data.values["own_events"], strict=True))
    # 10 of the cold run in one second and 10 of the first warm one in two, both from second 1 on.
    assert sum(value or 0 for value in events.values()) * 0.5 == 10 + 10 + 10
    assert events[1.0] == 0
    assert data.known("own_emulator")[0] == (1.5, 50.0)
    assert data.known("machine")[0] == (1.5, 150.0)
    assert data.values["own_p50"][0] is None


def test_what_other_programs_used_is_told(bench: PipelineBench, tmp_path: Path) -> None:
    bench.runs = [replace(run, cpu=CpuPerEvent(12, 8, 2, 22)) for run in bench.runs]
    write_page(bench, tmp_path / "calm.html")
    assert bench.others_percent == 0
    assert "Other programs" not in (tmp_path / "calm.html").read_text(encoding="utf-8")

    bench.runs = [replace(run, cpu=CpuPerEvent(0, 0, 0, 1_000_000)) for run in bench.runs]
    write_page(bench, tmp_path / "busy.html")
    assert bench.others_percent > 100 / (os.cpu_count() or 1)
    assert "Other programs used" in (tmp_path / "busy.html").read_text(encoding="utf-8")


def test_each_run_has_a_mark(bench: PipelineBench) -> None:
    assert (4.0, "lab, clients: 1") in marks(bench)
    assert len(marks(bench)) == 6


def test_the_document_is_json_with_everything_but_single_requests(bench: PipelineBench) -> None:
    document = json.loads(json.dumps(bench.as_document()))

    assert [run["contender"] for run in document["runs"]] == ["lab", "<rival>"] * 2
    assert document["runs"][0]["calls_per_event_by_service"] == {"sqs": 1, "dynamodb": 2}
    assert {each["measure"]: each["median"] for each in document["ratios"]}["events_per_second"] == 0.375
    assert document["contenders"][0]["steps_seconds"] == {"start": 4.5, "deploy": 9.0}
    assert "posts" not in document["runs"][0]
