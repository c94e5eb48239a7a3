"""Upload files to the files pipeline's bucket, and note in the ledger what S3 took."""

import time
from collections.abc import Sequence

from ops.lab.app.target import Target
from ops.lab.drills.files.uploaded import UploadedFile
from ops.lab.drills.scene import Scene
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.upload import FileBatch, Upload, upload_all

# What a picture begins with; its NUL bytes are in no CSV file.
_PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)


def send(scene: Scene, files: int, rows: int, *, prefix: str, workers: int = 8) -> str:
    """Upload so many generated CSV files of `rows` rows to `incoming/<prefix>/`; tell how many were taken."""
    return send_all(scene, FileBatch(files=files, rows=rows, prefix=prefix).contents(), workers=workers)


def send_all(scene: Scene, files: Sequence[CsvFile], *, workers: int = 8) -> str:
    """The same with given files."""
    taken = upload_all(
        scene.target,
        files,
        workers=workers,
        on_upload=lambda upload: scene.ledger.add(UploadedFile.of(upload, time.time())),
    )
    rows = sum(upload.file.rows for upload in taken)
    return f"{len(taken)} files with {rows} rows"


def send_picture(scene: Scene, key: str) -> str:
    """Upload something that is no CSV, whatever its key says."""
    upload = _put(scene.target, key, _PICTURE)
    scene.ledger.add(UploadedFile.of(upload, time.time()))
    return f"{len(_PICTURE)} bytes that begin like a PNG"


def _put(target: Target, key: str, body: bytes) -> Upload:
    began = time.time()
    answer = target.s3.put_object(
        Bucket=target.output("CsvBucketName"), Key=key, Body=body, ContentType="text/csv"
    )
    file = CsvFile(key, rows=0)
    return Upload(file, answer.get("VersionId"), answer["ETag"].strip('"'), len(body), began)
