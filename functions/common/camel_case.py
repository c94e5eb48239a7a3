"""Camel case, the names in the JSON objects that travel. Standard library only: `infra` imports this."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def to_document(value: "DataclassInstance") -> dict[str, Any]:
    """A flat dataclass as a JSON object: names in camel case."""
    return {camel_case(name): field for name, field in asdict(value).items()}


def camel_case(name: str) -> str:
    """`size_bytes` is `sizeBytes`."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
