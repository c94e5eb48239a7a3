"""The page of the files pipeline: its picture where it is deployed, and its controls."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.app.target import Target
from ops.lab.console.looking import files_watch
from ops.lab.console.looking.files_watch import FilesObservation
from ops.lab.files import function_settings
from ops.lab.waiting import eventually
from tests.ops.console.live_console import LiveConsole, live_console
from tests.ops.console.picture.looks import OUTPUTS, look_of
from tests.ops.console.picture.test_files_picture import SEEN

PARAMETER = "/csv/simulated_api"


@pytest.fixture
def console(tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveConsole]:
    """Its files watch sees SEEN, its account has the bucket and the parameter."""
    target.s3.create_bucket(Bucket="files")
    target.ssm.put_parameter(Name=PARAMETER, Value=ApiBehaviour().to_json(), Type="String")
    target.stacks().outputs.update({"CsvBucketName": "files", "CsvSimulatedApiParameter": PARAMETER})
    monkeypatch.setattr(files_watch, "observe_files", lambda *_: SEEN)
    monkeypatch.setattr(
        function_settings, "processor", lambda _: SimpleNamespace(simulated_api_cache_seconds=5)
    )
    with live_console(tmp_path, target, look_of()) as live:
        yield live


def behaviour_of(target: Target) -> ApiBehaviour:
    return ApiBehaviour.from_json(target.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"])


def test_where_there_is_no_files_pipeline_the_page_says_how_to_get_it(tmp_path: Path, target: Target) -> None:
    with live_console(tmp_path, target, look_of(outputs=OUTPUTS)) as console:
        assert "csvPipeline=true" in console.get("/files")


def test_the_first_look_is_waited_for_by_no_request(console: LiveConsole) -> None:
    assert 'id="node-bucket"' in console.get("/files")
    text = eventually(
        lambda: console.get("/files/picture"), until=lambda text: "first look" not in text, within=10
    )
    assert "files at once: not set yet, at most 10" in text
    assert "in order" in text


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ({"preset": "down"}, ApiBehaviour(down=True)),
        ({"preset": "throttled"}, ApiBehaviour(error_rate=0.3)),
        ({"preset": "healthy"}, ApiBehaviour()),
        (
            {"latency_min": "10", "latency_max": "20.5", "error_percent": "25", "failing": "<x>"},
            ApiBehaviour(
                latency_min_milliseconds=10, latency_max_milliseconds=20.5, error_rate=0.25, failing="<x>"
            ),
        ),
    ],
)
def test_the_simulated_api_behaves_as_told(
    console: LiveConsole, target: Target, form: dict[str, str], wanted: ApiBehaviour
) -> None:
    status, text = console.post("/files/api", **form)
    assert (status, "noticed within 5 s" in text, "<x>" in text) == (200, True, False)
    assert behaviour_of(target) == wanted
    [record] = console.context.journal.since(0)
    assert json.loads(record.detail["behaviour"])["down"] is wanted.down


@pytest.mark.parametrize(
    "form",
    [
        {"preset": "odd"},
        {"latency_min": "30", "latency_max": "5"},
        {"latency_min": "-1"},
        {"error_percent": "101"},
        {"error_percent": "many"},
    ],
)
def test_what_no_api_can_do_is_refused(console: LiveConsole, target: Target, form: dict[str, str]) -> None:
    assert console.post("/files/api", **form)[0] == 409
    assert behaviour_of(target).healthy
    assert console.titles == []


def test_files_are_uploaded_in_the_background(console: LiveConsole, target: Target) -> None:
    status, text = console.post("/files/upload", files="3", rows="4", bad_rows="1", priority="high")
    assert (status, "incoming/high/sim-" in text) == (200, True)
    job = console.context.uploading.job
    assert job is not None
    job.join()
    assert "3 of 3 files are in incoming/high/sim-" in console.get("/files/uploading")
    assert len(target.s3.list_objects_v2(Bucket="files")["Contents"]) == 3
    assert console.titles == ["Upload files", "Uploading ended"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"files": "0", "rows": "1", "bad_rows": "0", "priority": "normal"}, "how many files"),
        ({"files": "1", "rows": "1", "bad_rows": "2", "priority": "normal"}, "2 bad rows of 1"),
        ({"files": "1", "rows": "1", "bad_rows": "0", "priority": "soon"}, "no priority"),
        ({"files": "10000", "rows": "1000000", "bad_rows": "0", "priority": "low"}, "rows in all"),
        ({}, "no whole number"),
    ],
)
def test_files_that_cannot_be_are_refused(console: LiveConsole, form: dict[str, str], told: str) -> None:
    status, text = console.post("/files/upload", **form)
    assert (status, told in text) == (409, True)


def test_no_uploading_can_be_stopped_where_none_is_under_way(console: LiveConsole) -> None:
    assert console.post("/files/uploading/stop")[0] == 409


def test_a_look_that_failed_says_why(console: LiveConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> FilesObservation:
        raise OSError("no route to the table")

    monkeypatch.setattr(files_watch, "observe_files", broken)
    eventually(
        lambda: console.get("/files/picture"),
        until=lambda text: "no route to the table" in text,
        within=10,
    )
