"""A file is done once the table says so, or the DLQ has its message."""

import pytest

from ops.lab.app.target import Target
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.following import FailedFile, Following, Unfinished, follow
from ops.lab.files.upload import Upload, upload_all
from tests.ops.files.conftest import Functions, bury


@pytest.fixture
def uploads(files_target: Target) -> list[Upload]:
    return upload_all(files_target, [CsvFile(f"incoming/p/{n}.csv", 3) for n in range(4)], workers=2)


def test_uploads_are_the_versions_that_the_bucket_has(files_target: Target, uploads: list[Upload]) -> None:
    there = files_target.s3.list_object_versions(Bucket="incoming")["Versions"]

    assert {upload.identity for upload in uploads} == {f"{v['Key']}#{v['VersionId']}" for v in there}
    assert [upload.size_bytes for upload in uploads] == [v["Size"] for v in there]


def test_it_tells_what_succeeded_what_failed_and_why(
    files_target: Target, uploads: list[Upload], functions: Functions
) -> None:
    good, again, dead, slow = uploads
    functions.succeed(good)
    functions.checkpoint(again.identity, "FAILED", errorType="ApiDown", reason="503")
    functions.checkpoint(slow.identity, rowsDelivered=1)
    bury(files_target, [dead.identity, "incoming/p/other.csv#1"], errorType="ApiDown", reason="503")

    progress = Following(files_target, uploads).look()

    assert progress.succeeded == [good.identity]
    assert progress.failures == {
        dead.identity: FailedFile("incoming/p/2.csv", "ApiDown", "503"),
    }
    assert progress.pending == [again.identity, slow.identity]
    assert progress.rows_delivered == 4


def test_a_look_leaves_the_dead_letters_where_they_are(files_target: Target, uploads: list[Upload]) -> None:
    bury(files_target, [upload.identity for upload in uploads] * 4)
    following = Following(files_target, uploads)

    assert len(following.look().failures) == 4
    url = files_target.output("CsvDlqUrl")
    attributes = files_target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "16"


def test_it_returns_once_all_are_done(
    files_target: Target, uploads: list[Upload], functions: Functions
) -> None:
    for upload in uploads:
        functions.succeed(upload)

    assert follow(files_target, uploads, within=30).pending == []


def test_a_deadline_that_passes_says_what_is_not_done_and_what_to_do(
    files_target: Target, uploads: list[Upload], functions: Functions
) -> None:
    for upload in uploads[1:]:
        functions.succeed(upload)

    with pytest.raises(Unfinished, match="3 succeeded, 0 failed, 1 not done") as late:
        follow(files_target, uploads, within=0.01)

    assert "incoming/p/0.csv" in str(late.value)
    assert "lab files monitor" in late.value.hint
    assert late.value.progress.pending == [uploads[0].identity]
