"""Environment of a function, declared once: the base of the models, of which each pipeline has a file.

The CDK app renders a function's variables from its model and the function reads the same model back, so no
variable name is typed twice. Standard library only: `infra` imports this without Powertools or boto3.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

Model = TypeVar("Model", bound="Environment")


class InvalidEnvironmentError(Exception):
    """A variable that a function needs is missing or malformed: a deployment fault, never a client's."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Base of the models. Fields are `str` or `int`; a field's variable is its name in upper case."""


def to_variables(model: Environment) -> dict[str, str]:
    """Render a model as Lambda environment variables."""
    return {field.name.upper(): str(getattr(model, field.name)) for field in fields(model)}


def from_variables(cls: type[Model], environ: Mapping[str, str]) -> Model:
    """Read a model back, e.g. from `os.environ`.

    Raises InvalidEnvironmentError, naming the variable, if one without a default is missing or empty, or if
    one does not parse as its field's type.
    """
    types = get_type_hints(cls)
    values: dict[str, Any] = {}
    for field in fields(cls):
        name = field.name.upper()
        raw = environ.get(name, "")
        if raw:
            values[field.name] = _parse(name, raw, types[field.name])
        elif field.default is MISSING:
            raise InvalidEnvironmentError(f"environment variable {name} is not set")
    return cls(**values)


def optional_from_variables(cls: type[Model], environ: Mapping[str, str]) -> Model | None:
    """Read back a model that is deployed or not: None if none of its variables is set."""
    if not any(environ.get(field.name.upper()) for field in fields(cls)):
        return None
    return from_variables(cls, environ)


def _parse(name: str, raw: str, type_: type) -> str | int:
    if type_ is not int:
        return raw
    try:
        return int(raw)
    except ValueError:
        raise InvalidEnvironmentError(
            f"environment variable {name} must be an integer, not {raw!r}"
        ) from None
