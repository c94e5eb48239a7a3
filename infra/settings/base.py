"""Base of the settings: how one is declared, read from CDK context, given its default, and held to its range.

A setting is declared in one place, as a field of its pipeline's settings:

    max_receive_count: int = setting(
        "maxReceiveCount",
        default=5,
        lab=3,
        range=(1, 1_000),
        meaning="deliveries of a message before it goes to the DLQ",
        used_by="SqsWithDlq",
    )

The field's type is `bool`, `int`, `str`, a `Literal` of strings, or one of these `| None`: it may be unset.
"""

import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from infra.synth_errors import SettingsError

# The CDK's own keys, and those that its command line writes into cdk.json or cdk.context.json by itself.
FOREIGN_PREFIXES = ("@aws-cdk", "aws-cdk:", "aws:", "cdk-migrate")
FOREIGN_KEYS = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})

# Staging is the rehearsal of prod: what must be chosen or kept there must be here.
PRODUCTION = frozenset({"prod", "staging"})

Values = Mapping[str, Any]
"""Values of settings by the names of their fields."""

_AS_ELSEWHERE: Any = object()


@dataclass(frozen=True)
class Computed:
    """Default that follows from other settings: in words, and from the values of those declared before it.

    `value` raises SettingsError where the operator must choose.
    """

    words: str
    value: Callable[[Values], Any]


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Everything that is said of a setting.

    `range` is inclusive. `used_by` names its consumers: constructs, stacks, functions of Lambda.
    """

    key: str
    default: Any
    lab: Any
    production: Any
    range: tuple[int, int] | None
    choices: tuple[Any, ...]
    meaning: str
    used_by: str
    name: str = ""
    type_: Any = None

    def default_in(self, env_name: str) -> Any:
        """Default of an environment: a value, or how it is computed."""
        if env_name == "lab":
            return self.lab
        return self.production if env_name in PRODUCTION else self.default


def setting(
    key: str,
    *,
    default: Any,
    meaning: str,
    used_by: str,
    lab: Any = _AS_ELSEWHERE,
    production: Any = _AS_ELSEWHERE,
    range: tuple[int, int] | None = None,
    choices: tuple[int, ...] = (),
) -> Any:
    """Declare a setting, as the right side of a dataclass's field. Its key is the field's name in camelCase.

    `lab` and `production` (prod and staging) are the defaults there, where they differ.
    """
    declaration = Declaration(
        key=key,
        default=default,
        lab=default if lab is _AS_ELSEWHERE else lab,
        production=default if production is _AS_ELSEWHERE else production,
        range=range,
        choices=choices,
        meaning=meaning,
        used_by=used_by,
    )
    return field(metadata={"declaration": declaration})


def declarations(settings: type) -> Mapping[str, Declaration]:
    """Declarations of a class of settings by the names of their fields, in the order of declaration."""
    hints = get_type_hints(settings)
    return {each.name: _complete(each.metadata["declaration"], each.name, hints) for each in fields(settings)}


def key_of(settings: object, name: str) -> str:
    """The context key of a field."""
    return declarations(type(settings))[name].key


def own_values(context: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a context that is the lab's: everything but the CDK's own keys."""
    return {
        key: value
        for key, value in context.items()
        if key not in FOREIGN_KEYS and not key.startswith(FOREIGN_PREFIXES)
    }


def with_defaults(settings: type, given: Values) -> dict[str, Any]:
    """Values of all settings: those given, and the environment's defaults of the others.

    Raises SettingsError where a choice must be made.
    """
    values: dict[str, Any] = {}
    for name, declaration in declarations(settings).items():
        if name in given:
            values[name] = given[name]
        else:
            default = declaration.default_in(given.get("env_name", "dev"))
            values[name] = default.value(values) if isinstance(default, Computed) else default
    return values


def range_problems(settings: Any) -> Iterator[str]:
    """One line for each setting that is outside its range, or none of its choices."""
    declared = declarations(type(settings)).values()
    for each in declared:
        value = getattr(settings, each.name)
        if each.range and value is not None and not each.range[0] <= value <= each.range[1]:
            yield f"{each.key} must be between {each.range[0]} and {each.range[1]}, not {value}"
    for each in declared:
        if each.choices and getattr(settings, each.name) not in (None, *each.choices):
            yield _not_among(each.key, each.choices, getattr(settings, each.name))


def parse(key: str, value: Any, type_: Any) -> Any:
    """Parse one context value as its field's type. Raises SettingsError, naming the key and what it takes.

    `cdk.json` gives JSON types; `cdk -c key=value` gives strings. Both must mean the same, and nothing is
    guessed: "yes" is no boolean and "10.0" no integer.
    """
    type_ = without_none(type_)
    if get_origin(type_) is Literal:
        if value in get_args(type_):
            return str(value)
        raise SettingsError(_not_among(key, get_args(type_), value))
    if type_ is bool:
        return _parse_bool(key, value)
    if type_ is int:
        return _parse_int(key, value)
    return _parse_text(key, value)


def without_none(type_: Any) -> Any:
    """A field's type less its `| None`."""
    if get_origin(type_) is types.UnionType:
        return next(arm for arm in get_args(type_) if arm is not type(None))
    return type_


def is_url(text: str, *schemes: str) -> bool:
    """Whether a text is a URL with a host and one of these schemes."""
    parts = urlsplit(text)
    return parts.scheme in schemes and bool(parts.hostname) and not re.search(r"\s", text)


def _complete(declaration: Declaration, name: str, hints: Mapping[str, Any]) -> Declaration:
    type_ = hints[name]
    literals = get_args(without_none(type_)) if get_origin(without_none(type_)) is Literal else ()
    return replace(declaration, name=name, type_=type_, choices=declaration.choices or literals)


def _not_among(key: str, choices: tuple[Any, ...], value: Any) -> str:
    return f"{key} must be one of {', '.join(map(str, choices))}, not {value!r}"


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
