"""Compatibility of LocalStack 4.13.1, which is made for Python 3.13, with Python 3.11 and 3.12."""

import hashlib
import importlib
import sys
import threading
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # this module is there to be used before LocalStack is imported
    from localstack.services.kms.models import KmsKey


def import_packages_api() -> None:
    """Import `localstack.packages.api` with a class in the place of `threading.Lock`.

    It annotates a parameter `Lock | None`. Below Python 3.13 `threading.Lock` is a function, so the
    module raises TypeError when it is imported, and takes Step Functions and two of Lambda's hooks
    down with it.
    """
    if sys.version_info >= (3, 13):
        return
    factory = threading.Lock
    threading.Lock = type("Lock", (), {"__new__": lambda cls: factory()})  # type: ignore[misc,assignment]
    try:
        importlib.import_module("localstack.packages.api")
    finally:
        threading.Lock = factory  # type: ignore[misc]


def generate_key_material_id(key: "KmsKey", key_material: bytes) -> str:
    """The id of a KMS key's material, as LocalStack computes it, on Python 3.11 (see `patches`).

    LocalStack does it with `uuid.uuid5`, which takes bytes as a name from Python 3.12 on.
    """
    digest = hashlib.sha1(key._internal_key_id.bytes + key_material, usedforsecurity=False).digest()
    return uuid.UUID(bytes=digest[:16], version=5).hex * 2
