"""What the drills of the files pipeline prove, counted from the files table and the queues."""

import time
from collections.abc import Sequence
from uuid import uuid4

import pytest

from ops.lab.app.target import Target
from ops.lab.drills.declaration import Proof
from ops.lab.drills.files_accounting import UploadedFile
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.scene import Scene
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.upload import FileBatch, Upload
from tests.ops.files.conftest import Functions, bury

ROWS = 50


@pytest.fixture
def scene(files_target: Target) -> Scene:
    return Scene(files_target, started_at=time.time())


@pytest.fixture
def uploads(scene: Scene) -> list[Upload]:
    """Three files that S3 took, of which no function knows yet."""
    return [_take(scene, file) for file in FileBatch(files=3, rows=ROWS, prefix="drill").contents()]


def _take(scene: Scene, file: CsvFile) -> Upload:
    upload = Upload(file, uuid4().hex, "etag", 1_000, time.time())
    scene.ledger.add(UploadedFile.of(upload, time.time()))
    return upload


def _missed(scene: Scene, proof: Proof | None = None) -> list[tuple[str, object]]:
    lines = FILES.account(scene).lines(proof or Proof())
    return [(line.title, line.value) for line in lines if not line.met]


def test_files_that_succeeded_with_each_row_in_one_batch_are_a_proof(
    scene: Scene, uploads: Sequence[Upload], functions: Functions
) -> None:
    functions.succeed_all(uploads)
    assert _missed(scene) == []
    counted = FILES.account(scene)
    assert (counted.uploaded, counted.succeeded, counted.rows) == (3, 3, 3 * ROWS)


def test_a_file_that_left_no_trace_is_missed(
    scene: Scene, uploads: Sequence[Upload], functions: Functions
) -> None:
    functions.succeed_all(uploads[1:])
    assert _missed(scene) == [("files that nobody can account for", 1)]


def test_two_versions_of_an_object_are_two_files(
    scene: Scene, uploads: Sequence[Upload], functions: Functions
) -> None:
    replaced = _take(scene, uploads[0].file)
    functions.succeed_all(uploads)
    assert _missed(scene) == [("files that nobody can account for", 1)]
    functions.succeed(replaced)
    assert _missed(scene) == []


def test_a_row_in_no_batch_is_missed(scene: Scene, uploads: Sequence[Upload], functions: Functions) -> None:
    functions.succeed_all(uploads[1:])
    functions.checkpoint(uploads[0].identity, "SUCCEEDED", rowsDelivered=ROWS)
    functions.batch(uploads[0].identity, 1, ROWS - 1)
    assert _missed(scene) == [("rows of finished files in no delivered batch", 1)]


def test_rows_sent_twice_are_missed_unless_that_is_recorded(
    scene: Scene, uploads: Sequence[Upload], functions: Functions
) -> None:
    functions.succeed_all(uploads)
    functions.batch(uploads[0].identity, 41, 50, attempt=2)
    assert _missed(scene) == [("rows sent twice without a record of it", 10)]
    functions.batch(uploads[0].identity, 41, 50, attempt=2, repeated=10)
    assert _missed(scene) == []
    assert FILES.account(scene).rows_repeated == 10


def test_a_dead_letter_counts_only_with_its_reason(
    scene: Scene, uploads: Sequence[Upload], functions: Functions
) -> None:
    functions.succeed_all(uploads[1:])
    bury(scene.target, [uploads[0].identity])
    assert ("files that nobody can account for", 1) in _missed(scene, Proof(dead_letters=1))
    FILES.delete_dead_letters(scene)
    bury(scene.target, [uploads[0].identity], errorType="PermanentFailure", reason="no CSV")
    assert _missed(scene, Proof(dead_letters=1)) == []


def test_a_file_set_aside_has_its_reason_in_the_table_and_no_message(
    scene: Scene, uploads: Sequence[Upload], functions: Functions
) -> None:
    functions.succeed_all(uploads[1:])
    functions.checkpoint(uploads[0].identity, "FAILED", errorType="PermanentFailure", reason="no CSV")
    assert _missed(scene) == [("files set aside with their reason in the table", 1)]
    assert _missed(scene, Proof(parked=1)) == []


def test_more_files_at_once_than_the_scaler_allows_are_missed(scene: Scene, functions: Functions) -> None:
    crowd = [_take(scene, file) for file in FileBatch(files=11, rows=ROWS, prefix="crowd").contents()]
    functions.succeed_all(crowd)
    for upload in crowd:
        functions.attempt(upload.identity, 1_000, 2_000)
    assert _missed(scene) == [("files at work at once, by recorded times", 11)]


def test_dead_letters_of_others_stay(scene: Scene, uploads: Sequence[Upload]) -> None:
    bury(scene.target, [uploads[0].identity, "incoming/other.csv#1"])
    assert FILES.delete_dead_letters(scene) == 1
    assert FILES.in_dlq(scene.target).total == 1


def test_the_report_begins_with_files_rows_and_concurrency(
    scene: Scene, uploads: Sequence[Upload], functions: Functions
) -> None:
    functions.succeed_all(uploads)
    counted = FILES.account(scene).counted()
    words = {text: number for number, text in FILES.headline(counted, 3)}
    assert (words["files uploaded"], words["rows delivered"]) == (3, 3 * ROWS)
    assert FILES.headline({}, 3) == [(3, "files uploaded")]
