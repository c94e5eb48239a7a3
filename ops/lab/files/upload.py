"""Upload of generated files to the files pipeline: which files, under which keys, several at a time."""

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from functions.files.rounds.priority import INCOMING, RoundPriority
from ops.lab.app.target import Target
from ops.lab.files.csv_file import CsvFile

# Files up to so many bytes are built in memory, larger ones on disk: PutObject needs the length beforehand.
_IN_MEMORY_BYTES = 4_000_000


@dataclass(frozen=True, kw_only=True)
class FileBatch:
    """`files` alike objects in a folder of their own, `prefix`."""

    files: int
    rows: int
    prefix: str
    priority: RoundPriority = RoundPriority.NORMAL
    bad_rows: int = 0
    compressed: bool = False

    @property
    def folder(self) -> str:
        """What all their keys begin with."""
        urgency = "" if self.priority is RoundPriority.NORMAL else f"{self.priority.value}/"
        return f"{INCOMING}{urgency}{self.prefix}/"

    def contents(self) -> list[CsvFile]:
        ending = ".csv.gz" if self.compressed else ".csv"
        return [
            CsvFile(f"{self.folder}{number:06d}{ending}", self.rows, self.bad_rows, self.compressed)
            for number in range(1, self.files + 1)
        ]


def new_prefix() -> str:
    """A folder that no other simulation has."""
    return f"sim-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Upload:
    """One object as S3 took it; `version_id` is None in a bucket that keeps no versions.

    `began` is in epoch seconds: a file's latency counts from there.
    """

    file: CsvFile
    version_id: str | None
    etag: str
    size_bytes: int
    began: float

    @property
    def identity(self) -> str:
        """What the files table knows this version of the object by."""
        return f"{self.file.key}#{self.version_id or self.etag}"


def upload_all(
    target: Target,
    files: Sequence[CsvFile],
    *,
    workers: int,
    on_upload: Callable[[Upload], None] = lambda _upload: None,
) -> list[Upload]:
    """Upload the files over `workers` connections; returns them in their order.

    Raises what boto3 raises for the first that S3 refuses, and then begins no other.
    """

    def put(file: CsvFile) -> Upload:
        done = upload(target, file)
        on_upload(done)
        return done

    pool = ThreadPoolExecutor(workers, thread_name_prefix="upload")
    try:
        return list(pool.map(put, files))
    finally:
        pool.shutdown(cancel_futures=True)


def upload(target: Target, file: CsvFile) -> Upload:
    """Upload one file by one PutObject, which answers with the version that it made."""
    began = time.time()
    with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
        content = cast(IO[bytes], spool)
        file.write_to(content)
        size_bytes = content.tell()
        content.seek(0)
        answer = target.s3.put_object(
            Bucket=target.output("CsvBucketName"), Key=file.key, Body=content, ContentType="text/csv"
        )
    return Upload(file, answer.get("VersionId"), answer["ETag"].strip('"'), size_bytes, began)
