"""Uploading of generated files by the console, as `lab files simulate` does it."""

from contextlib import suppress

from functions.files.rounds.priority import RoundPriority
from ops.lab.app.target import Target
from ops.lab.console.changes.background_job import BackgroundJob
from ops.lab.errors import Refused
from ops.lab.files.upload import FileBatch, Upload, new_prefix, upload_all

MOST_FILES = 10_000
MOST_ROWS = 1_000_000
_MOST_ROWS_IN_ALL = 5_000_000
_WORKERS = 8


def ordered_files(files: int, rows: int, bad_rows: int, priority: str) -> FileBatch:
    """The files to upload, in a folder of their own. Raises Refused for what cannot be."""
    if bad_rows > rows:
        raise Refused(f"{bad_rows:,} bad rows of {rows:,}", hint="enter at most as many as a file has rows")
    if files * rows > _MOST_ROWS_IN_ALL:
        raise Refused(
            f"{files * rows:,} rows in all",
            hint=f"at most {_MOST_ROWS_IN_ALL:,} from here; more: lab files simulate",
        )
    if priority not in list(RoundPriority):
        raise Refused(f"{priority!r} is no priority", hint=f"one of {', '.join(RoundPriority)}")
    return FileBatch(
        files=files, rows=rows, prefix=new_prefix(), priority=RoundPriority(priority), bad_rows=bad_rows
    )


class UploadingStopped(Exception):
    """Somebody asked the uploading to end."""


class UploadingJob(BackgroundJob):
    """Uploads a batch, several files at a time. What is uploaded is processed, stopped or not."""

    def __init__(self, target: Target, batch: FileBatch) -> None:
        super().__init__(f"Uploading {batch.files:,} files of {batch.rows:,} rows", batch.files)
        self.folder = batch.folder
        self._target = target
        self._batch = batch

    def work(self) -> str:
        with suppress(UploadingStopped):
            upload_all(self._target, self._batch.contents(), workers=_WORKERS, on_upload=self._uploaded)
        return f"{self.done:,} of {self.planned:,} files are in {self.folder}"

    def _uploaded(self, _upload: Upload) -> None:
        self.one_done()
        if self.stopping:
            raise UploadingStopped
