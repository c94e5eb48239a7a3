"""The task: one S3 object, as the state machine hands it to a processing function."""

from dataclasses import dataclass

from functions.files.rounds.documents import Document, to_document


@dataclass(frozen=True)
class Task:
    """`key` as S3 has it (EventBridge does not URL-encode keys). `version_id` is None in a bucket without
    versions; then the `etag` pins the content. `receive_count` is 1 at the first delivery of the message."""

    bucket: str
    key: str
    version_id: str | None
    etag: str
    size_bytes: int
    message_id: str
    receive_count: int
    round_id: str

    @classmethod
    def from_document(cls, document: Document) -> "Task":
        """From the JSON object that `as_document` makes. Raises KeyError, TypeError or ValueError: whoever
        hands over something else is broken, and trying again does not mend it."""
        return cls(
            bucket=document["bucket"],
            key=document["key"],
            version_id=document.get("versionId"),
            etag=document["etag"],
            size_bytes=int(document["sizeBytes"]),
            message_id=document["messageId"],
            receive_count=int(document["receiveCount"]),
            round_id=document["roundId"],
        )

    def as_document(self) -> Document:
        """As it travels: camel case."""
        return to_document(self)

    @property
    def file(self) -> str:
        """What tells this content of the object from every other: two uploads under one key are two files."""
        return f"{self.key}#{self.version_id or self.etag}"
