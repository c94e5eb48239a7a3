"""`lab files monitor` and `lab files list`: what they show of the pipeline."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from functions.files.rounds.control_table import ControlWriter
from ops.lab.app.target import Target
from ops.lab.files.snapshot import snapshot
from tests.ops.files.conftest import Functions, bury, create_control_table

Lab = Callable[..., Result]


@pytest.fixture(autouse=True)
def at_work(files_target: Target, functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    """An execution that holds the lock at concurrency 4 under pressure; three files, one in the DLQ."""
    target = files_target
    create_control_table(target)
    target.stacks().outputs["CsvStateMachineArn"] = "arn:machine"
    control = ControlWriter(target.dynamodb, "control")
    control.write("lock", {"owner": "arn:aws:states:r:1:execution:m:round-7", "releases": 3})
    control.write("concurrency", {"current": 4, "lowReadings": []})
    control.write("pressure", {"level": 2, "errorRate": 0.25, "latencyMilliseconds": 41.5})
    executions = {"executions": [{"name": "round-7"}]}
    monkeypatch.setattr(target.stepfunctions, "list_executions", lambda **_: executions)
    concurrency = {"ReservedConcurrentExecutions": 4}
    monkeypatch.setattr(target.functions, "get_function_concurrency", lambda **_: concurrency)
    functions.checkpoint("incoming/a.csv#1", "SUCCEEDED", rowsDelivered=50, rowsRejected=2)
    functions.checkpoint(
        "incoming/b.csv#1", rowsDelivered=25, attempts=2, updatedAt="2026-11-21T10:00:02.000Z"
    )
    why = {"errorType": "PermanentFailure", "reason": "no [bold]header"}
    functions.checkpoint("incoming/c.csv#1", "FAILED", updatedAt="2026-11-21T10:00:03.000Z", **why)
    functions.batch("incoming/a.csv#1", 1, 25)
    bury(target, ["incoming/c.csv#1"], errorType="PermanentFailure")


def test_once_as_json_is_the_whole_state(lab_files: Lab) -> None:
    result = lab_files("monitor", "--once", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "queue": {"visible": 0, "in_flight": 0, "delayed": 0},
        "dlq": 1,
        "undelivered": 0,
        "failed_invocations": 0,
        "running": ["round-7"],
        "lock_owner": "round-7",
        "concurrency": 4,
        "reserved_concurrency": 4,
        "max_concurrency": 10,
        "pressure_seconds": 2,
        "error_rate": 0.25,
        "latency_milliseconds": 41.5,
        "files": {"INFLIGHT": 1, "SUCCEEDED": 1, "FAILED": 1},
        "rows_delivered": 75,
        "rows_rejected": 2,
        "rows_per_second": None,
        "failures": [
            {
                "key": "incoming/c.csv",
                "status": "FAILED",
                "error_type": "PermanentFailure",
                "reason": "no [bold]header",
            }
        ],
    }


def test_the_table_shows_it_to_people(lab_files: Lab) -> None:
    text = lab_files("monitor", "--once").stdout

    for said in (
        "1 in the DLQ",
        "round-7",
        "4 of 10 files at once; reserved concurrency 4",
        "2 s more for each file",
        "75 delivered, 2 rejected",
        "PermanentFailure: no [bold]header",
    ):
        assert said in text


def test_before_anything_ran_there_is_a_picture_too(files_target: Target, lab_files: Lab) -> None:
    for name in ("lock", "concurrency", "pressure"):
        files_target.dynamodb.delete_item(TableName="control", Key={"name": {"S": name}})

    result = lab_files("monitor", "--once")

    assert result.exit_code == 0
    assert "not set yet" in result.stdout


def test_speed_is_rows_between_two_looks(files_target: Target, functions: Functions) -> None:
    before = snapshot(files_target)
    functions.checkpoint("incoming/b.csv#1", rowsDelivered=45)
    after = snapshot(files_target)

    speed = after.rows_per_second(before)

    assert speed == pytest.approx(20 / (after.taken - before.taken))
    assert before.rows_per_second(None) is None


def test_it_watches_until_ctrl_c(lab_files: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("ops.lab.commands.files.monitor.time.sleep", sleep)

    result = lab_files("monitor", "--json", "--every", "3")

    assert (result.exit_code, looks) == (0, [3, 3])
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["rows_per_second"], second["rows_per_second"]) == (None, 0)


def test_files_are_listed_the_latest_first_and_by_status(lab_files: Lab) -> None:
    found = json.loads(lab_files("list", "--json").stdout)
    assert [file["key"] for file in found] == ["incoming/c.csv", "incoming/b.csv", "incoming/a.csv"]

    [failed] = json.loads(lab_files("list", "--json", "--status", "failed").stdout)
    assert failed["reason"] == "no [bold]header"
    text = lab_files("list", "--status", "FAILED").stdout
    assert "no [bold]header" in text
    assert "1 shown; the table has 1 " in text


def test_an_empty_list_says_how_to_fill_it(lab_files: Lab, files_target: Target) -> None:
    for name in "abc":
        key = {"file": {"S": f"incoming/{name}.csv#1"}, "entry": {"S": "checkpoint"}}
        files_target.dynamodb.delete_item(TableName="files", Key=key)

    assert "lab files simulate" in lab_files("list").stdout
