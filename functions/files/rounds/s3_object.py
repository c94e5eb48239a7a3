"""S3 object, one version of it, read as a stream."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from functions.common.error_category import error_type
from functions.files.rounds.task import PermanentFailure, Task

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 262_144
# S3 may close a connection that is not read from, which is what waiting for a slow API looks like to it.
_CUT_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
_MAX_CUTS = 3  # in a row, without a byte in between
_GONE = {
    "NoSuchKey": "the object is gone",
    "NoSuchVersion": "this version of the object is gone",
    "MethodNotAllowed": "this version of the object is a delete marker",
    "PreconditionFailed": "the object was overwritten: the event of the new content brings its own task",
}


@dataclass(frozen=True)
class S3Object:
    """`task` pins the content, by version or ETag: what is overwritten meanwhile is another task's."""

    s3: "S3Client"
    task: Task

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """The bytes from `start` on; goes on where it was when the connection is lost.

        Raises PermanentFailure if the content is gone, ClientError, and BotoCoreError once it is cut off
        again and again.
        """
        position, cuts = start, 0
        while True:
            try:
                with closing(self._open(position)) as body:
                    for chunk in body.iter_chunks(CHUNK_BYTES):
                        position, cuts = position + len(chunk), 0
                        yield chunk
                return
            except _CUT_OFF:
                cuts += 1
                if cuts > _MAX_CUTS:
                    raise
            except _EndOfObject:
                return

    def _open(self, position: int) -> "StreamingBody":
        parameters: dict[str, Any] = {"Bucket": self.task.bucket, "Key": self.task.key}
        if self.task.version_id:
            parameters["VersionId"] = self.task.version_id
        else:
            parameters["IfMatch"] = self.task.etag
        if position:
            parameters["Range"] = f"bytes={position}-"
        try:
            return self.s3.get_object(**parameters)["Body"]
        except ClientError as error:
            raise _translated(error) from error


class _EndOfObject(Exception):
    """There is nothing from that position on: S3 answers 416."""


def _translated(error: ClientError) -> Exception:
    code = error_type(error)
    if code == "InvalidRange":
        return _EndOfObject()
    return PermanentFailure(_GONE[code]) if code in _GONE else error
