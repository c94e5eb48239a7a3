"""JSON functions: between a text and the maps and lists that it describes."""

import json
from typing import Any

from pydantic_core import from_json

from lab_emulator.logs.insights.functions.definition import QueryFunction
from lab_emulator.logs.insights.values import Value, ValueKind, text


def _parsed(value: Value) -> dict[str, Any] | list[Any] | None:
    """The map or list of a text; None for any other, and for a text that is no JSON."""
    if isinstance(value, dict | list):
        return value
    written = text(value)
    if written is None or not written.lstrip().startswith(("{", "[")):
        return None
    try:
        parsed: dict[str, Any] | list[Any] = from_json(written, allow_inf_nan=False)
    except ValueError:
        return None
    return parsed


def _stringify(value: Value) -> Value:
    if not isinstance(value, dict | list):
        return None
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _array_size(value: Value) -> Value:
    parsed = _parsed(value)
    return len(parsed) if isinstance(parsed, list) else None


def _array_contains(value: Value, searched: Value) -> Value:
    parsed, wanted = _parsed(value), text(searched)
    return int(isinstance(parsed, list) and any(_element(each) == wanted for each in parsed))


def _element(value: Any) -> str | None:
    """An element as JSON writes it, and a text without its quotes."""
    return value if isinstance(value, str) else json.dumps(value)


DOCUMENT_FUNCTIONS = {
    "jsonparse": QueryFunction(_parsed, 1, 1),
    "jsonstringify": QueryFunction(_stringify, 1, 1),
    "jsonarraysize": QueryFunction(_array_size, 1, 1, ValueKind.COMPUTED),
    "jsonarraycontains": QueryFunction(_array_contains, 2, 2),
}
