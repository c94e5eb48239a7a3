"""Growing object, an S3 object that is written piece by piece, and is there at the end or not at all."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# S3 takes no part below 5 MiB but the last, and 10,000 of them.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
_PART_BYTES = 8_388_608
_CONTENT_TYPE = "application/x-ndjson"


class GrowingObject:
    """Holds one part in memory. A small object is one PutObject; a multipart upload begins when it must."""

    def __init__(self, s3: "S3Client", bucket: str, key: str) -> None:
        self._s3 = s3
        self._name: Any = {"Bucket": bucket, "Key": key}
        self._buffer = bytearray()
        self._upload: Any = None
        self._parts: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def append(self, data: bytes) -> None:
        """Raises ClientError."""
        self._buffer += data
        if len(self._buffer) >= _PART_BYTES:
            self._send_part()

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """A process that is killed leaves an upload behind, which the bucket's lifecycle aborts."""
        if error is None:
            self._complete()
        elif self._upload is not None:
            self._s3.abort_multipart_upload(**self._upload)

    def _send_part(self) -> None:
        if self._upload is None:
            created = self._s3.create_multipart_upload(**self._name, ContentType=_CONTENT_TYPE)
            self._upload = self._name | {"UploadId": created["UploadId"]}
        number = len(self._parts) + 1
        answer = self._s3.upload_part(**self._upload, PartNumber=number, Body=bytes(self._buffer))
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        self._buffer.clear()

    def _complete(self) -> None:
        if self._upload is None:
            self._s3.put_object(**self._name, Body=bytes(self._buffer), ContentType=_CONTENT_TYPE)
            return
        if self._buffer:
            self._send_part()
        self._s3.complete_multipart_upload(**self._upload, MultipartUpload={"Parts": self._parts})
