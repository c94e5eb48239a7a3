"""Reading single values out of CDK context.

`cdk.json` gives JSON types; `cdk -c key=value` gives strings. Both must mean the same, and nothing is
guessed: "yes" is no boolean and "10.0" no integer.
"""

import re
import types
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from infra.errors import SettingsError

# The CDK's own keys, and those that its command line writes into cdk.json or cdk.context.json by itself.
FOREIGN_PREFIXES = ("@aws-cdk", "aws-cdk:", "aws:", "cdk-migrate")
FOREIGN_KEYS = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})


def own_values(context: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a context that is the lab's: everything but the CDK's own keys."""
    return {
        key: value
        for key, value in context.items()
        if key not in FOREIGN_KEYS and not key.startswith(FOREIGN_PREFIXES)
    }


def context_key(field_name: str) -> str:
    """The camelCase context key of a snake_case settings field."""
    head, *tail = field_name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def parse(key: str, value: Any, type_: Any) -> Any:
    """Parse one context value as `bool`, `int`, `str`, a `Literal` of strings, or one of these `| None`.

    Raises SettingsError, naming the key and what it takes.
    """
    if get_origin(type_) is types.UnionType:
        type_ = next(arm for arm in get_args(type_) if arm is not type(None))
    if get_origin(type_) is Literal:
        return _parse_choice(key, value, get_args(type_))
    if type_ is bool:
        return _parse_bool(key, value)
    if type_ is int:
        return _parse_int(key, value)
    return _parse_text(key, value)


def _parse_choice(key: str, value: Any, choices: tuple[str, ...]) -> str:
    if value in choices:
        return str(value)
    raise SettingsError(f"{key} must be one of {', '.join(choices)}, not {value!r}")


def _parse_bool(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise SettingsError(f"{key} must be true or false, not {value!r}")


def _parse_int(key: str, value: Any) -> int:
    # jsii hands every JSON number over as int or float; a bool is an int to Python.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value):
        return int(value)
    raise SettingsError(f"{key} must be a whole number, not {value!r}")


def _parse_text(key: str, value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise SettingsError(f"{key} must be a non-empty text, not {value!r}; leave it out to keep its default")
