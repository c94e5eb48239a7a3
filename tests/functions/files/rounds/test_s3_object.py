"""An object is read to its end, over as many connections as it takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ResponseStreamingError

from functions.files.rounds.s3_object import S3Object
from functions.files.rounds.task import PermanentFailure, Task
from tests.functions.doubles import StubClient, client_error, raising

CONTENT = b"0123456789"
TASK = Task("bucket", "incoming/a", "v1", "e1", len(CONTENT), "m", 1, "r")


@dataclass
class Body:
    """A connection that breaks after some bytes, as long as it has any to break after."""

    content: bytes
    breaks_after: int | None
    closed: list[bool] = field(default_factory=list)

    def iter_chunks(self, _: int) -> Iterator[bytes]:
        yield from ([self.content[: self.breaks_after]] if self.content[: self.breaks_after] else [])
        if self.breaks_after is not None:
            raise ResponseStreamingError(error=ConnectionResetError())

    def close(self) -> None:
        self.closed.append(True)


def s3(*breaks: int | None) -> StubClient:
    remaining = iter(breaks)

    def get_object(**parameters: Any) -> dict[str, Any]:
        start = int(parameters.get("Range", "bytes=0-")[6:-1])
        return {"Body": Body(CONTENT[start:], next(remaining))}

    return StubClient(get_object=get_object)


def read(stub: Any, task: Task = TASK, start: int = 0) -> bytes:
    return b"".join(S3Object(stub, task).chunks(start))


def test_the_version_is_pinned_or_else_the_content() -> None:
    stub = s3(None, None)
    assert read(stub) == CONTENT
    read(stub, Task("bucket", "incoming/a", None, "e1", 10, "m", 1, "r"))
    name = {"Bucket": "bucket", "Key": "incoming/a"}
    assert [parameters for _, parameters in stub.calls] == [
        {**name, "VersionId": "v1"},
        {**name, "IfMatch": "e1"},
    ]


def test_a_lost_connection_is_taken_up_where_it_broke() -> None:
    stub = s3(4, 3, None)
    assert read(stub, start=1) == CONTENT[1:]
    assert [call["Range"] for _, call in stub.calls] == ["bytes=1-", "bytes=5-", "bytes=8-"]


def test_connections_that_bring_nothing_are_not_taken_up_for_ever() -> None:
    with pytest.raises(ResponseStreamingError):
        read(s3(0, 0, 0, 0))


def test_beyond_the_end_there_is_nothing() -> None:
    assert read(StubClient(get_object=raising(client_error("InvalidRange", 416))), start=10) == b""


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "PreconditionFailed"])
def test_content_that_is_gone_fails_for_ever(code: str) -> None:
    with pytest.raises(PermanentFailure):
        read(StubClient(get_object=raising(client_error(code, 404))))


def test_a_refusal_is_not_taken_for_absence() -> None:
    with pytest.raises(ClientError):
        read(StubClient(get_object=raising(client_error("AccessDenied", 403))))


def test_a_connection_is_closed_when_nobody_reads_on() -> None:
    body = Body(CONTENT, None)
    get: Callable[..., Any] = lambda **_: {"Body": body}  # noqa: E731
    chunks = S3Object(StubClient(get_object=get), TASK).chunks()  # type: ignore[arg-type]
    assert next(chunks) == CONTENT
    chunks.close()  # type: ignore[attr-defined]
    assert body.closed == [True]
