"""Functions of strings, and what encodes and decodes them. Characters are Unicode code points."""

import base64
import binascii
from urllib.parse import quote, unquote

from lab_emulator.logs.insights.functions.definition import QueryFunction, of_texts
from lab_emulator.logs.insights.values import Value, ValueKind, number, text


def _substr(value: Value, start: Value, length: Value = None) -> Value:
    whole_text, first = text(value), number(start)
    if whole_text is None or first is None or first < 0:
        return None
    if length is None:
        return whole_text[int(first) :]
    count = number(length)
    return whole_text[int(first) : int(first) + int(count)] if count is not None and count >= 0 else None


def _replace(value: str, searched: str, replacement: str) -> str:
    return value.replace(searched, replacement) if searched else value


def _contains(value: Value, searched: Value, ignoring_case: Value = None) -> Value:
    whole_text, part = text(value), text(searched)
    if whole_text is None or part is None:
        return 0
    if ignoring_case:
        return int(part.casefold() in whole_text.casefold())
    return int(part in whole_text)


def _is_empty(value: Value) -> Value:
    return int(not text(value))


def _is_blank(value: Value) -> Value:
    return int(not (text(value) or "").strip())


def _concat(*parts: Value) -> Value:
    """A part that is missing adds nothing (the user guide does not say)."""
    return "".join(text(part) or "" for part in parts)


def _decoded(encoded: str) -> str:
    return base64.b64decode(encoded, validate=True).decode()


def _ascii(encoded: str) -> str:
    try:
        return bytes.fromhex(encoded.removeprefix("0x")).decode("ascii")
    except binascii.Error as error:
        raise ValueError(encoded) from error


def _stripped(method: str) -> QueryFunction:
    """trim and its kin: without white space, or without any of the characters of the second argument."""
    return of_texts(lambda value, *characters: getattr(value, method)(*characters), most=2)


def _counted(function: QueryFunction) -> QueryFunction:
    return QueryFunction(function.call, function.least, function.most, ValueKind.COMPUTED)


TEXT_FUNCTIONS = {
    "isempty": QueryFunction(_is_empty, 1, 1),
    "isblank": QueryFunction(_is_blank, 1, 1),
    "concat": QueryFunction(_concat, 1, None),
    "ltrim": _stripped("lstrip"),
    "rtrim": _stripped("rstrip"),
    "trim": _stripped("strip"),
    "strlen": _counted(of_texts(len)),
    "messagesize": _counted(of_texts(lambda value: len(value.encode()))),
    "toupper": of_texts(str.upper),
    "tolower": of_texts(str.lower),
    "substr": QueryFunction(_substr, 2, 3),
    "replace": of_texts(_replace, 3, 3),
    "strcontains": QueryFunction(_contains, 2, 3),
    "startswith": of_texts(lambda value, part: int(value.startswith(part)), 2, 2),
    "endswith": of_texts(lambda value, part: int(value.endswith(part)), 2, 2),
    "urlencode": of_texts(lambda value: quote(value, safe="")),
    "urldecode": of_texts(unquote),
    "base64encode": of_texts(lambda value: base64.b64encode(value.encode()).decode()),
    "base64decode": of_texts(_decoded),
    "hextoascii": of_texts(_ascii),
    "split": of_texts(lambda value, delimiter: value.split(delimiter), 2, 2),
}
