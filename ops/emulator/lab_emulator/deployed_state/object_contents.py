"""Contents of S3's objects: their bytes, which LocalStack keeps in files beside its stores."""

from contextlib import suppress
from dataclasses import dataclass

from localstack.services.s3.storage.ephemeral import (
    S3_MAX_FILE_SIZE_BYTES,
    EphemeralS3ObjectStore,
    LockedSpooledTemporaryFile,
)
from localstack.utils.files import mkdir


@dataclass(frozen=True)
class ObjectContent:
    """Bytes of one object, and the time that LocalStack notes with them."""

    content: bytes
    modified: int


@dataclass(frozen=True)
class ObjectContents:
    """Those of all buckets, by bucket and by the store's own key. Uploads in parts are left out."""

    by_bucket: dict[str, dict[str, ObjectContent]]

    @classmethod
    def read(cls, store: EphemeralS3ObjectStore) -> "ObjectContents":
        return cls({bucket: _read_all(held["keys"]) for bucket, held in list(store._filesystem.items())})

    def are_those_of(self, store: EphemeralS3ObjectStore) -> bool:
        """Whether the store has the same objects, and none was written since they were read."""
        return {
            bucket: {key: kept.modified for key, kept in contents.items()}
            for bucket, contents in self.by_bucket.items()
        } == {
            bucket: {key: file.internal_last_modified for key, file in list(held["keys"].items())}
            for bucket, held in list(store._filesystem.items())
        }

    def write(self, store: EphemeralS3ObjectStore) -> None:
        """Have the store hold these objects and no others."""
        store.close()
        store._filesystem.clear()
        for bucket, contents in self.by_bucket.items():
            store.create_bucket(bucket)
            folder = f"{store.root_directory}/{bucket}"
            store._filesystem[bucket]["keys"] = {key: _file(kept, folder) for key, kept in contents.items()}


def _read_all(files: dict[str, LockedSpooledTemporaryFile]) -> dict[str, ObjectContent]:
    found = {}
    for key, file in list(files.items()):
        with suppress(ValueError):  # the file is closed: the object was deleted meanwhile
            found[key] = _read(file)
    return found


def _read(file: LockedSpooledTemporaryFile) -> ObjectContent:
    with file.position_lock:
        file.seek(0)
        return ObjectContent(file.read(), file.internal_last_modified)


def _file(kept: ObjectContent, folder: str) -> LockedSpooledTemporaryFile:
    mkdir(folder)
    file = LockedSpooledTemporaryFile(dir=folder, max_size=S3_MAX_FILE_SIZE_BYTES)
    file.write(kept.content)
    file.seek(0)
    file.internal_last_modified = kept.modified
    return file
