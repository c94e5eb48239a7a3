"""`lab files perf`: curves, percentiles, a page that loads nothing, a document."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from functions.files.processor.file_journal import RowBatchState
from functions.files.rounds.control_table import ControlWriter
from ops.lab.app.target import Target
from ops.lab.files import performance, performance_samples, simulation
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.file_records import BatchOnRecord, FileRecords
from ops.lab.files.peak_concurrency import Level
from ops.lab.files.performance_curves import Finished, series_of
from ops.lab.files.performance_samples import Sample, Sampling
from ops.lab.files.upload import Upload, upload_all
from ops.lab.report.time_axis import Axis
from ops.lab.waiting import eventually
from tests.ops.files.conftest import Functions, create_control_table

Lab = Callable[..., Result]
AXIS = Axis(began=100.0, seconds=2.0)


def sample(at: float, waiting: int = 0) -> Sample:
    return Sample(at=at, waiting=waiting, in_flight=1, dlq=0, concurrency=3, pressure=0)


def batch(
    ended: float, rows: int, state: RowBatchState = RowBatchState.DELIVERED, **more: Any
) -> BatchOnRecord:
    values: dict[str, Any] = {"attempt": 1, "started": 0, "ended": int(ended * 1000)} | more
    return BatchOnRecord(first_row=1, last_row=rows, state=state, **values)


def test_samples_stand_until_the_next_one() -> None:
    series = series_of(AXIS, [sample(100.1, 7), sample(101.2, 4)], [], [], [])

    assert series.seconds == [0.5, 1.0, 1.5, 2.0, 2.5]
    assert series.values["queue_waiting"] == [7, 7, 4, 4, 4]
    assert series.values["concurrency"] == [3] * 5


def test_before_the_first_sample_there_is_a_gap() -> None:
    assert series_of(AXIS, [sample(101.2, 4)], [], [], []).values["queue_waiting"][:3] == [None, None, 4]


def test_who_works_through_a_step_is_at_work_in_it() -> None:
    running = [Level(100_100, 1), Level(100_200, 3), Level(100_300, 2), Level(101_600, 0)]

    assert series_of(AXIS, [], running, [], []).values["running"] == [3, 2, 2, 2, 0]


def test_throughput_is_what_was_concluded_in_a_step() -> None:
    partial = batch(101.3, 25, RowBatchState.PARTIAL, delivered=frozenset({1, 2}))
    found = [FileRecords("f", None, (batch(100.1, 20), batch(100.2, 5), partial))]

    assert series_of(AXIS, [], [], found, []).values["rows_per_second"] == [50, 0, 4, 0, 0]


def test_latencies_are_of_the_files_that_ended_then() -> None:
    ends = [Finished(100.6, 2.0), Finished(100.7, 4.0), Finished(100.8, 9.0)]

    values = series_of(AXIS, [], [], [], ends).values

    assert values["latency_median"] == [None, 4, None, None, None]
    assert values["latency_most"] == [None, 9, None, None, None]
    assert values["files_per_second"] == [0, 6, 0, 0, 0]


def test_a_long_test_has_no_more_points_than_a_page_can_show() -> None:
    assert Axis(began=0, seconds=7_200).points <= 401


@pytest.fixture
def measured(files_target: Target, functions: Functions, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A pipeline that has processed everything as soon as it is uploaded; its scaler is at its minimum."""
    create_control_table(files_target)
    ControlWriter(files_target.dynamodb, "control").write("concurrency", {"current": 1})
    monkeypatch.setattr(performance_samples, "_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(performance, "surroundings", lambda _: {"target": "<moto>"})

    def upload_and_process(target: Target, files: Sequence[CsvFile], **options: Any) -> list[Upload]:
        uploads = upload_all(target, files, **options)
        functions.succeed_all(uploads)
        return uploads

    monkeypatch.setattr(simulation, "upload_all", upload_and_process)
    return files_target


def test_the_sampler_reads_on_and_a_failure_is_a_gap(
    measured: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sampling(measured) as under_way:
        eventually(lambda: len(under_way.samples), within=10, until=lambda taken: taken >= 3)
        monkeypatch.setattr(measured, "_known_stacks", measured.stacks())
        measured.dynamodb.delete_table(TableName="control")
        eventually(lambda: under_way.failed, within=10)

    assert under_way.samples[-1].concurrency == 1


def test_it_leaves_a_document_and_a_page(lab_files: Lab, measured: Target, tmp_path: Path) -> None:
    result = lab_files("perf", "--files", "3", "--rows", "10", "--reports", str(tmp_path / "r"))

    assert result.exit_code == 0, result.stderr
    for said in ("3 sent, 3 succeeded", "a file takes p50", "allowed by the scaler"):
        assert said in result.stdout
    document = json.loads((tmp_path / "r" / "csv-perf.json").read_text())
    assert document["rows_delivered"] == 30
    assert document["latency_seconds"].keys() == {"p50", "p90", "p95", "p99", "p100"}
    assert len(document["series"]["seconds"]) == len(document["series"]["queue_waiting"])


def test_the_page_tells_the_outcome_and_loads_nothing(
    lab_files: Lab, measured: Target, tmp_path: Path
) -> None:
    assert lab_files("perf", "--files", "3", "--rows", "10", "--reports", str(tmp_path)).exit_code == 0

    html = (tmp_path / "csv-perf.html").read_text(encoding="utf-8")
    assert "each row delivered once" in html
    assert "&lt;moto&gt;" in html
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\(""", html.replace("xlink:href", ""))
    [data] = re.findall(r'<script type="application/json" id="plots">(.*?)</script>', html, re.DOTALL)
    plots = json.loads(data)
    charted = {name for names in re.findall(r'data-series="([^"]+)"', html) for name in names.split()}
    assert charted == plots["titles"].keys() == plots["values"].keys()
    for name in charted:
        assert f"--{name.replace('_', '-')}:" in html


def test_json_is_the_document_without_its_curves(lab_files: Lab, measured: Target, tmp_path: Path) -> None:
    result = lab_files("perf", "--files", "2", "--rows", "5", "--json", "--reports", str(tmp_path))

    document = json.loads(result.stdout)
    assert (document["files"], document["files_succeeded"], "series" in document) == (2, 2, False)
