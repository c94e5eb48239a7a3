"""An uploading that is stopped begins no other file."""

import threading

import pytest

from ops.lab.app.target import Target
from ops.lab.console.changes.background_job import BackgroundJobState
from ops.lab.console.changes.file_uploading import UploadingJob, ordered_files
from ops.lab.files import upload as uploads


def test_a_stop_ends_the_uploading(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    target.s3.create_bucket(Bucket="files")
    target.stacks().outputs["CsvBucketName"] = "files"
    job = UploadingJob(target, ordered_files(500, 1, 0, "normal"))
    began, real = threading.Event(), uploads.upload

    def first_then_stop(*given: object) -> object:
        if began.is_set():
            job.stop()
        began.set()
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(uploads, "upload", first_then_stop)
    job.start(lambda _: None)
    job.join()
    assert job.state is BackgroundJobState.STOPPED
    assert 0 < job.done < 500
    assert f"{job.done} of 500 files are in incoming/sim-" in job.outcome


def test_an_uploading_that_s3_refuses_says_so(target: Target) -> None:
    target.stacks().outputs["CsvBucketName"] = "no-such-bucket"
    job = UploadingJob(target, ordered_files(3, 1, 0, "low"))
    job.start(lambda _: None)
    job.join()
    assert job.state is BackgroundJobState.FAILED
    assert "NoSuchBucket" in job.outcome or "does not exist" in job.outcome
