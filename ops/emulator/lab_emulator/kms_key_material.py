"""The id of a KMS key's material, on Python 3.11."""

import hashlib
import uuid

from localstack.services.kms.models import KmsKey


def generate_key_material_id(key: KmsKey, key_material: bytes) -> str:
    """Compute what LocalStack does with `uuid.uuid5`, which takes bytes as a name from Python 3.12 on."""
    digest = hashlib.sha1(key._internal_key_id.bytes + key_material, usedforsecurity=False).digest()
    return uuid.UUID(bytes=digest[:16], version=5).hex * 2
