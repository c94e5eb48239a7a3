"""`lab files set-aside`: one file's dead letters go, whole into a record; the others stay."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from ops.lab.app.queue_depth import depth
from ops.lab.app.target import Target
from ops.lab.local.directory import LabDirectory
from tests.ops.files.conftest import bury

Lab = Callable[..., Result]
KEY = "incoming/p/7.csv"


@pytest.fixture(autouse=True)
def short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.lab.app.queue_walk._WAIT_SECONDS", 0)


def waiting(target: Target) -> int:
    return depth(target, target.output("CsvDlqUrl")).visible


def test_every_version_of_the_file_goes_and_is_on_record(
    lab_files: Lab, files_target: Target, directory: LabDirectory
) -> None:
    bury(files_target, [f"{KEY}#v1", f"{KEY}#v2", "incoming/p/77.csv#v1"], errorType="PermanentFailure")

    result = lab_files("set-aside", KEY)

    assert (result.exit_code, waiting(files_target)) == (0, 1), result.output
    [record] = directory.purged.iterdir()
    keys = [
        json.loads(json.loads(line)["MessageBody"])["detail"]["object"]["key"]
        for line in record.read_text().splitlines()
    ]
    assert keys == [KEY, KEY]
    assert str(record) in result.stdout


def test_a_file_without_dead_letters_is_refused_and_leaves_no_record(
    lab_files: Lab, files_target: Target, directory: LabDirectory
) -> None:
    bury(files_target, ["incoming/p/77.csv#v1"])

    result = lab_files("set-aside", KEY)

    assert (result.exit_code, waiting(files_target)) == (2, 1)
    assert "lab files list" in result.stderr
    assert list(directory.purged.iterdir()) == []
