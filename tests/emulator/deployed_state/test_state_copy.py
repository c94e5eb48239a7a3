"""Copy of the state that is taken while somebody uploads."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# A store of S3 without a running LocalStack. While the services are pickled an object is written.
PROGRAM = """
import io, tempfile
from localstack.services.s3.models import S3Object
from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore
from lab_emulator.deployed_state import state_copy
from lab_emulator.deployed_state.state_copy import CopyFailed, StateCopy

store = EphemeralS3ObjectStore(tempfile.mkdtemp())
store.create_bucket("files")

def upload(key, body):
    with store.open("files", S3Object(key=key), mode="w") as stored:
        stored.write(io.BytesIO(body))

times = 0

def pickled(_kept):
    global times
    times += 1
    if times <= uploads:
        upload("one", b"newer")
        upload("two", b"new")
    return b""

state_copy._pickled, state_copy.containers = pickled, list
upload("one", b"old")
uploads = 1
[bucket] = StateCopy.take(store).objects.by_bucket.values()
answer = {"bodies": sorted(kept.content.decode() for kept in bucket.values()), "times": times}
stored = store._filesystem["files"]["keys"]
next(iter(stored.values())).close()  # as somebody who deletes an object does
uploads = 0
[bucket] = state_copy.ObjectContents.read(store).by_bucket.values()
answer["after a deletion"] = len(bucket)
uploads, times = 1_000, 0
stored.clear()
try:
    StateCopy.take(store)
except CopyFailed as error:
    answer["failed"] = str(error)
"""


@pytest.fixture(scope="module")
def taken() -> Any:
    return answer_of(PROGRAM)


def test_an_upload_in_between_is_in_the_copy_or_not_at_all(taken: Any) -> None:
    assert taken["bodies"] == ["new", "newer"]
    assert taken["times"] == 2


def test_a_store_that_is_never_at_rest_is_said_so(taken: Any) -> None:
    assert taken["failed"] == "objects of S3 are written all the time"


def test_an_object_that_is_deleted_in_between_is_left_out(taken: Any) -> None:
    assert taken["after a deletion"] == 1
