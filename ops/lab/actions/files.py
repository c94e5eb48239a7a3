"""Actions on the files pipeline: uploads, how its API behaves, its dead letters."""

import io
import time
from collections.abc import Sequence

from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.checkpoint import FileStatus
from ops.lab.actions.dead_letters import repeat_until_none_left
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut, ReversibleChange
from ops.lab.drills.files_accounting import UploadedFile
from ops.lab.drills.scene import Scene
from ops.lab.files import redrive as files_redrive
from ops.lab.files import simulated_api
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.dead_letter_queue import FileDeadLetterQueue
from ops.lab.files.simulated_api import HEALTHY
from ops.lab.files.upload import FileBatch, Upload
from ops.lab.files.upload import upload_all as put_all
from ops.lab.probes import files as file_probes

# The end of a file whose sender left a quotation mark open: no row after it can be read.
_OPEN_QUOTE = b'late-1,"customer 5,10.50,EUR,\nlate-2,customer 6,11.50,EUR,\n'
# What a picture begins with; its NUL bytes are in no CSV file.
_PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)


def upload(scene: Scene, files: int, rows: int, *, prefix: str, workers: int = 8) -> str:
    """Upload so many generated CSV files of `rows` rows to `incoming/<prefix>/`; tell how many were taken.

    What S3 took is in the ledger afterwards.
    """
    return upload_all(scene, FileBatch(files=files, rows=rows, prefix=prefix).contents(), workers=workers)


def upload_all(scene: Scene, files: Sequence[CsvFile], *, workers: int = 8) -> str:
    """The same with given files."""
    taken = put_all(
        scene.target,
        files,
        workers=workers,
        on_upload=lambda upload: scene.ledger.add(UploadedFile.of(upload, time.time())),
    )
    rows = sum(upload.file.rows for upload in taken)
    return f"{len(taken)} files with {rows} rows"


def upload_picture(scene: Scene, key: str) -> str:
    """Upload something that is no CSV, whatever its key says."""
    upload = _put_object(scene.target, key, _PICTURE)
    scene.ledger.add(UploadedFile.of(upload, time.time()))
    return f"{len(_PICTURE)} bytes that begin like a PNG"


def upload_broken(scene: Scene, file: CsvFile) -> str:
    """Upload a file that is a CSV for so many rows, and none after them."""
    rows = io.BytesIO()
    file.write_to(rows)
    upload = _put_object(scene.target, file.key, rows.getvalue() + _OPEN_QUOTE)
    scene.ledger.add(UploadedFile.of(upload, time.time()))
    return f"{file.rows} rows, and then no CSV"


def _put_object(target: Target, key: str, body: bytes) -> Upload:
    began = time.time()
    answer = target.s3.put_object(
        Bucket=target.output("CsvBucketName"), Key=key, Body=body, ContentType="text/csv"
    )
    file = CsvFile(key, rows=0)
    return Upload(file, answer.get("VersionId"), answer["ETag"].strip('"'), len(body), began)


def behave(target: Target, behaviour: ApiBehaviour) -> ReversibleChange:
    """Have the API that is called for each row behave so; return once every warm function has noticed."""
    before = simulated_api.read(target)
    return ReversibleChange.made(
        f"the API: {_in_words(behaviour)}",
        lambda: _put_behaviour(target, behaviour),
        lambda: _put_behaviour(target, before),
    )


def heal(target: Target) -> str:
    """Have the API answer every row again, within milliseconds."""
    _put_behaviour(target, HEALTHY)
    return _in_words(HEALTHY)


def _put_behaviour(target: Target, behaviour: ApiBehaviour) -> None:
    if simulated_api.read(target) != behaviour:
        simulated_api.put(target, behaviour)
        simulated_api.wait_until_noticed(target)


def _in_words(behaviour: ApiBehaviour) -> str:
    if behaviour.down:
        return "down"
    least, most = behaviour.latency_min_milliseconds, behaviour.latency_max_milliseconds
    words = [f"{least} to {most} ms a row"]
    if behaviour.error_rate:
        words.append(f"{behaviour.error_rate:.0%} errors")
    if behaviour.failing:
        words.append(f"refuses rows of {behaviour.failing}")
    if behaviour.calls_at_once:
        words.append(f"takes {behaviour.calls_at_once} calls at once from a client")
    return ", ".join(words)


def redrive(target: Target) -> str:
    """Send every dead letter back, and tell how many. Raises NotCarriedOut where SQS does not take one."""
    done = files_redrive.redrive(target, RedriveFilters())
    if done.failed:
        raise NotCarriedOut(f"SQS did not take {done.failed} of {done.failed + done.moved} messages")
    return f"{done.moved} moved"


def redrive_all(scene: Scene, within_seconds: float = 150) -> str:
    """Redrive, and again what comes to the DLQ later, until each file that was uploaded before now has
    succeeded. While files arrive, no look finds the queue empty.

    Raises WaitTimedOut after `within_seconds`, stretched by the scene's patience, and what `redrive` raises.
    """
    target, uploaded = scene.target, scene.ledger.keys

    def redriven() -> int:
        redrive(target)
        return 1

    repeat_until_none_left(
        scene,
        redriven,
        lambda: len(uploaded) - file_probes.with_status(target, uploaded, FileStatus.SUCCEEDED),
        what="the success of every file",
        within_seconds=within_seconds,
        dlq_output="CsvDlqUrl",
        hint="see why it fails: lab files list --status FAILED",
    )
    return f"{len(uploaded)} files succeeded"


def set_aside(target: Target, key: str) -> str:
    """Delete the dead letters of an object's versions, whose reason the files table keeps; tell it.

    Raises NotCarriedOut where there is none.
    """
    gone = FileDeadLetterQueue.of(target).delete(lambda letter: letter.key == key)
    if not gone:
        raise NotCarriedOut(f"the DLQ has no message of {key}")
    return "; ".join(f"{letter.error_type}: {letter.reason}" for letter in gone)
