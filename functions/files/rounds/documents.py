"""Dataclasses as they travel between the state machine and its functions."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Document = dict[str, Any]


def to_document(value: "DataclassInstance") -> Document:
    """A flat dataclass as a JSON object: names in camel case."""
    return {_camel_case(name): field for name, field in asdict(value).items()}


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
