"""Rejects, the rows that cannot be delivered, as JSON lines beside the files.

Each batch writes its rejects as an object of its own, before the checkpoint moves on: what is counted is
kept. A batch that is repeated overwrites its object. At the end all of them are merged into
`rejects/<key>/<version>.jsonl`, and once the checkpoint says SUCCEEDED they are deleted: earlier, a crash
would leave nothing to merge again. Another upload under the key has rejects of its own, or none if it was
repaired.

A file that fails for good has its parts merged and deleted as well, since no further attempt may follow. If
it is redriven after all, its end adds to that object. One that may be redriven as it is keeps its parts until
then, or until the bucket's lifecycle deletes them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.error_category import error_type
from functions.common.errors import TransientFailure
from functions.files.processor.csv_rows import Row
from functions.files.processor.growing_object import GrowingObject
from functions.files.rounds.task import Task

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PREFIX = "rejects/"
_PARTS_PREFIX = f"{_PREFIX}.parts/"  # files are below `incoming/`: no file's rejects have such a name
_SUFFIX = ".jsonl"
_MAX_KEY_BYTES = 1_024  # of a key in UTF-8 (S3 user guide, "Naming Amazon S3 objects")
_MAX_VERSION_BYTES = 128  # S3's own are of 32 characters, and "no more than 1,024 bytes long"
_MAX_DELETIONS = 1000  # in one DeleteObjects


@dataclass(frozen=True)
class Reject:
    """A row that no attempt can deliver, and why."""

    row: Row
    reason: str


class Rejects:
    """Of one file. Lines are `{"row", "reason", "values"}`, values in the order of the file's columns.

    The parts of a file lie below a digest of its identity: no file's name can be the beginning of another's.
    """

    def __init__(self, s3: "S3Client", task: Task) -> None:
        self._s3 = s3
        self._bucket = task.bucket
        self._key = rejects_key(task)
        self._parts_prefix = f"{_PARTS_PREFIX}{_digest(task.file)}/"

    def write(self, first_row: int, rejects: Iterable[Reject]) -> None:
        """Keep the rejects of the batch that begins at a row."""
        lines = map(_line, sorted(rejects, key=lambda reject: reject.row.number))
        self._s3.put_object(Bucket=self._bucket, Key=self.part_name(first_row), Body="".join(lines).encode())

    def part_name(self, first_row: int) -> str:
        """The key of the rejects of the batch that begins at a row."""
        return f"{self._parts_prefix}{first_row:010}{_SUFFIX}"

    def merge(self, merged_to: int = 1) -> None:
        """Put all parts together, in the order of rows, behind the rejects of the rows before `merged_to`,
        which were merged before. After a crash it makes the same object again."""
        with GrowingObject(self._s3, self._bucket, self._key) as merged:
            for line in self._merged_lines(merged_to) if merged_to > 1 else ():
                merged.append(line)
            for name in self._names(self._parts_prefix):
                if name >= self.part_name(merged_to):
                    merged.append(self._s3.get_object(Bucket=self._bucket, Key=name)["Body"].read())

    def discard_parts(self) -> None:
        """Delete what was merged. Raises TransientFailure if S3 leaves some of it."""
        self._delete(list(self._names(self._parts_prefix)))

    def forget(self) -> None:
        """Delete what another run through the same file has left, parts and merged ones: its checkpoint
        expired, or it did not come beyond the first batch. Raises TransientFailure."""
        whole = next(self._names(self._key), None)  # names that begin like it come after it
        self._delete([*self._names(self._parts_prefix), *([self._key] if whole == self._key else [])])

    def _merged_lines(self, before_row: int) -> Iterator[bytes]:
        """None where the object is gone: what people or the lifecycle deleted must not fail the file."""
        try:
            body = self._s3.get_object(Bucket=self._bucket, Key=self._key)["Body"]
        except ClientError as error:
            if error_type(error) != "NoSuchKey":
                raise
            return
        for line in body.iter_lines():
            if json.loads(line)["row"] < before_row:
                yield line + b"\n"

    def _delete(self, names: Sequence[str]) -> None:
        for first in range(0, len(names), _MAX_DELETIONS):
            objects: Any = [{"Key": name} for name in names[first : first + _MAX_DELETIONS]]
            answer = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
            if errors := answer.get("Errors"):
                raise TransientFailure(f"S3 left {len(errors)} parts of the rejects: {errors[0]}")

    def _names(self, prefix: str) -> Iterator[str]:
        """As S3 lists them, by name: parts in the order of rows."""
        parameters: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix}
        while True:
            answer = self._s3.list_objects_v2(**parameters)
            yield from (found["Key"] for found in answer.get("Contents", []))
            if not answer["IsTruncated"]:
                return
            parameters["ContinuationToken"] = answer["NextContinuationToken"]


def rejects_key(task: Task) -> str:
    """The key of a file's merged rejects: its own key below `rejects/`, and its version, or its ETag in a
    bucket without versions. What is longer than S3 takes is cut, and ends in a digest of the whole."""
    version = _cut(task.version_id or task.etag, _MAX_VERSION_BYTES)
    tail = f"/{version}{_SUFFIX}"
    return f"{_PREFIX}{_cut(task.key, _MAX_KEY_BYTES - len(f'{_PREFIX}{tail}'.encode()))}{tail}"


def _cut(text: str, max_bytes: int) -> str:
    """At most so many bytes in UTF-8; two texts that differ still do."""
    data = text.encode()
    if len(data) <= max_bytes:
        return text
    ending = f"~{_digest(text)}"
    return data[: max_bytes - len(ending)].decode(errors="ignore") + ending


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _line(reject: Reject) -> str:
    document = {"row": reject.row.number, "reason": reject.reason, "values": reject.row.fields}
    return json.dumps(document, ensure_ascii=False) + "\n"
