"""Bounds of a request's parameters: lengths, ranges, patterns and enumerations, as the service's model says.

The model is botocore's, which has what AWS's API reference says; LocalStack checks nothing of it. A violation
has AWS's words: "1 validation error detected: Value 'x' at 'name' failed to satisfy constraint: Member must
have length less than or equal to 64".
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import Shape

NUMBERS = {"integer", "long", "float", "double"}


@cache
def service_shape(service: str, operation: str) -> Shape:
    """The input of an operation in the newest version of the API that botocore has."""
    session = botocore.session.get_session()
    return session.get_service_model(service).operation_model(operation).input_shape


def complaint(shape: Shape, request: Mapping[str, Any]) -> str | None:
    """What AWS would answer to a request; None where all of it is within its bounds."""
    found = list(_violations(shape, request, ""))
    if not found:
        return None
    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: {'; '.join(found)}"


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """What is missing is not looked for: the service's own code asks for it."""
    for constraint in _broken(shape, value):
        yield f"Value '{value}' at '{path}' failed to satisfy constraint: Member must {constraint}"
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if isinstance(value, Mapping) and value.get(name) is not None:
                own = f"{name[0].lower()}{name[1:]}"
                yield from _violations(member, value[name], f"{path}.{own}" if path else own)
    elif shape.type_name == "list" and isinstance(value, list):
        for at, each in enumerate(value, start=1):
            yield from _violations(shape.member, each, f"{path}.{at}.member")


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    limits = shape.metadata
    is_number = shape.type_name in NUMBERS
    size = value if is_number else len(value) if isinstance(value, str | list | Mapping) else None
    kind = "value" if is_number else "length"
    if size is not None and "max" in limits and size > limits["max"]:
        yield f"have {kind} less than or equal to {limits['max']}"
    if size is not None and "min" in limits and size < limits["min"]:
        yield f"have {kind} greater than or equal to {limits['min']}"
    if isinstance(value, str) and value and not re.fullmatch(limits.get("pattern", r"[\s\S]*"), value):
        yield f"satisfy regular expression pattern: {limits['pattern']}"
    if isinstance(value, str) and limits.get("enum") and value not in limits["enum"]:
        yield f"satisfy enum value set: [{', '.join(limits['enum'])}]"
