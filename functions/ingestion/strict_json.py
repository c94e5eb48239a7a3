"""Strict JSON: only what can be kept exactly and sent on by every service behind this pipeline.

Python's parser takes NaN, lone surrogates and duplicate keys, raises RecursionError for deep nesting and
ValueError for long integers. Here each of these is one `InvalidJson`, with a message for the client.
"""

import json
from decimal import Decimal, DecimalException
from typing import NoReturn, TypeAlias

from functions.common.errors import InvalidJson

JsonValue: TypeAlias = "bool | str | Decimal | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

MAX_DEPTH = 32
# DynamoDB's limits for a number: 38 significant digits, magnitudes 1E-130 to 9.99E+125
# (developer guide, "Supported data types and naming rules", Number).
MAX_SIGNIFICANT_DIGITS = 38
MIN_EXPONENT, MAX_EXPONENT = -130, 125
# No number within those limits needs more characters, unless it is padded with zeros to abuse the parser.
_MAX_NUMBER_CHARACTERS = 200


def parse_json(data: bytes | str) -> JsonValue:
    """Parse a JSON text; numbers become `Decimal`. Raises InvalidJson."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value = json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise InvalidJson("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InvalidJson(f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise InvalidJson(f"nested deeper than {MAX_DEPTH} levels") from None
    _check(value, depth=1)
    return value  # type: ignore[no-any-return]  # the hooks above leave json no other types


def _number(text: str) -> Decimal:
    if len(text) > _MAX_NUMBER_CHARACTERS:
        raise InvalidJson("a number is too long")
    try:
        number = Decimal(text)
    except DecimalException:
        raise InvalidJson(f"a number is out of range: {text[:32]}") from None
    if not number:
        return Decimal(0)  # 0, -0 and 0e999 are one number
    if not MIN_EXPONENT <= number.adjusted() <= MAX_EXPONENT:
        raise InvalidJson(f"a number is out of range: {text[:32]}")
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    if len(digits) > MAX_SIGNIFICANT_DIGITS:
        raise InvalidJson(f"a number has more than {MAX_SIGNIFICANT_DIGITS} significant digits")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidJson(f"{name} is not JSON (RFC 8259, section 6)")


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    """Refuse duplicate keys: which one counts differs from parser to parser (RFC 8259, section 4)."""
    value: JsonObject = {}
    for name, member in pairs:
        if name in value:
            raise InvalidJson(f"duplicate key {name[:64]!a}")
        value[name] = member
    return value


def _check(value: JsonValue, depth: int) -> None:
    """Refuse what parses but cannot travel: nesting bombs, U+0000 and text that is not UTF-8."""
    if depth > MAX_DEPTH:
        raise InvalidJson(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise InvalidJson("a string contains U+0000")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidJson("a string contains a lone surrogate") from None
