"""Idempotency keys and checksums: what makes two messages the same event."""

import hashlib
import re
from dataclasses import dataclass

# Visible ASCII, so that the key is valid as a header, as an SQS attribute and as a DynamoDB key alike.
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
KEY_RULE = "1 to 128 visible ASCII characters without spaces"
_MALFORMED_PREFIX = "malformed:"


@dataclass(frozen=True)
class Identity:
    """Under which key the state of a message is kept, and which payload the key stands for."""

    key: str
    checksum: str


def is_valid_key(key: str) -> bool:
    """Whether a key obeys `KEY_RULE`."""
    return _KEY.fullmatch(key) is not None


def checksum(body: str) -> str:
    """SHA-256 of a message's body in hex. Ingest sends canonical JSON: equal payloads, equal checksums."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def identify(body: str, key: str | None) -> Identity:
    """The identity of a queued message whose `idempotencyKey` attribute is `key`.

    A message without a usable key did not come through ingest. Its outcome is kept all the same, so that a
    redrive finds its error type: under a key made from the body, not from the MessageId, which a redrive
    changes. The prefix keeps it apart from keys that ingest derives.
    """
    digest = checksum(body)
    if key is not None and is_valid_key(key):
        return Identity(key, digest)
    return Identity(_MALFORMED_PREFIX + digest, digest)


def is_malformed(identity: Identity) -> bool:
    """Whether `identify` had to make the key up."""
    return identity.key == _MALFORMED_PREFIX + identity.checksum
