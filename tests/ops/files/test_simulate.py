"""`lab files simulate`: its files, its account, its exit code."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from typer.testing import Result

from ops.lab.app.target import Target
from ops.lab.files import simulation
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.upload import Upload, upload_all
from tests.ops.files.conftest import BUCKET, Functions, bury

Lab = Callable[..., Result]
Pipeline = Callable[[Sequence[Upload]], None]


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pipeline], None]:
    """Hand in what the pipeline does with the files once they are uploaded."""

    def install(process: Pipeline) -> None:
        def upload_and_process(target: Target, files: Sequence[CsvFile], **options: Any) -> list[Upload]:
            uploads = upload_all(target, files, **options)
            process(uploads)
            return uploads

        monkeypatch.setattr(simulation, "upload_all", upload_and_process)

    return install


def test_without_wait_it_uploads_and_knows_nothing_of_the_rest(lab_files: Lab, files_target: Target) -> None:
    result = lab_files(
        "simulate", "--files", "7", "--rows", "3", "--workers", "3", "--json", "--prefix", "a/b"
    )

    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document.pop("seconds") >= 0
    assert document == {
        "files_sent": 7,
        "files_succeeded": None,
        "files_failed": None,
        "rows_delivered": None,
    }
    there = files_target.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [each["Key"] for each in there] == [f"incoming/a/b/{number:06d}.csv" for number in range(1, 8)]


def test_it_accounts_for_every_row(
    lab_files: Lab, functions: Functions, pipeline: Callable[[Pipeline], None]
) -> None:
    pipeline(functions.succeed_all)

    result = lab_files("simulate", "--files", "4", "--rows", "10", "--bad-rows", "2", "--wait", "--json")

    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert 0 < document.pop("seconds") < 60
    assert 1 <= document.pop("peak_concurrency") <= 4
    assert document == {
        "files_sent": 4,
        "files_succeeded": 4,
        "files_failed": 0,
        "rows_delivered": 32,
        "rows_repeated": 0,
        "rows_rejected": 8,
        "rows_missing": 0,
        "max_concurrency": 10,
    }


def test_it_prints_the_proof_and_the_concurrency_beside_the_scalers_maximum(
    lab_files: Lab, functions: Functions, pipeline: Callable[[Pipeline], None]
) -> None:
    pipeline(functions.succeed_all)

    result = lab_files("simulate", "--files", "2", "--rows", "10", "--wait")

    assert "20 rows of finished files, each in one batch; none sent twice" in result.stdout
    assert "the scaler's maximum is 10" in result.stdout


def test_a_file_in_the_dlq_fails_the_command_and_its_neighbours_are_counted(
    lab_files: Lab, files_target: Target, functions: Functions, pipeline: Callable[[Pipeline], None]
) -> None:
    def process(uploads: Sequence[Upload]) -> None:
        bury(files_target, [uploads[0].identity], errorType="ApiRefused", reason="refused [bold]for ever")
        for upload in uploads[1:]:
            functions.succeed(upload)

    pipeline(process)

    result = lab_files("simulate", "--files", "3", "--rows", "10", "--wait")

    assert result.exit_code == 1
    assert "2 succeeded, 1 failed" in result.stdout
    assert "ApiRefused: refused [bold]for ever" in result.stdout
    assert "lab files redrive" in result.stderr


def test_rows_that_were_sent_twice_unrecorded_fail_the_command(
    lab_files: Lab, functions: Functions, pipeline: Callable[[Pipeline], None]
) -> None:
    def process(uploads: Sequence[Upload]) -> None:
        functions.succeed(uploads[0])
        functions.batch(uploads[0].identity, 3, 7, attempt=2)

    pipeline(process)

    result = lab_files("simulate", "--files", "1", "--rows", "10", "--wait")

    assert result.exit_code == 1
    assert "5 in two, 0 recorded as repeated" in " ".join(result.stdout.split())


def test_past_the_deadline_it_tells_what_it_knows(
    lab_files: Lab, functions: Functions, pipeline: Callable[[Pipeline], None]
) -> None:
    pipeline(lambda uploads: functions.succeed(uploads[0]))

    result = lab_files("simulate", "--files", "2", "--rows", "5", "--wait", "--timeout", "1", "--json")

    assert result.exit_code == 6
    assert json.loads(result.stdout)["files_succeeded"] == 1
    assert "1 not done" in result.stderr


def test_ctrl_c_says_that_the_files_go_on(lab_files: Lab, pipeline: Callable[[Pipeline], None]) -> None:
    def interrupt(_: Sequence[Upload]) -> None:
        raise KeyboardInterrupt

    pipeline(interrupt)

    result = lab_files("simulate", "--files", "1", "--wait")

    assert result.exit_code == 130
    assert "lab files monitor" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--files", "0"], "--files"),
        (["--rows", "0"], "--rows"),
        (["--workers", "33"], "--workers"),
        (["--rows", "5", "--bad-rows", "6"], "--bad-rows 6 is more than --rows 5"),
        (["--prefix", "/a"], "--prefix"),
        (["--prefix", "a b"], "--prefix"),
        (["--prefix", "high/x"], "--priority high"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(
    lab_files: Lab, files_target: Target, arguments: list[str], said: str
) -> None:
    result = lab_files("simulate", *arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert "Contents" not in files_target.s3.list_objects_v2(Bucket=BUCKET)


def test_without_the_pipeline_it_says_how_to_deploy_it(lab_files: Lab, files_target: Target) -> None:
    del files_target.stacks().outputs["CsvBucketName"]

    result = lab_files("simulate")

    assert result.exit_code == 4
    assert "csvPipeline=true" in result.stderr
