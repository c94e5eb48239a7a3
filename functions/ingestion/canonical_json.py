"""Canonical JSON: one text for one value, so that equal payloads have equal checksums.

Members sorted by code point, no white space, UTF-8, numbers in their shortest form (42.50 and 4.25e1 are both
42.5). Close to RFC 8785, but numbers are decimals rather than doubles: an amount is money and stays exact.
"""

import json
from decimal import Context, Decimal

from functions.ingestion.strict_json import JsonValue

# Enough for every number that `strict_json` lets through; `normalize` must never round.
_EXACT = Context(prec=200)
# Beyond this a plain number would be mostly zeros; the bounds are ECMAScript's, which RFC 8785 adopts.
_MIN_PLAIN_EXPONENT, _MAX_PLAIN_EXPONENT = -7, 20
# Valid in JSON and refused by SQS (SendMessage, "#x20 to #xD7FF | #xE000 to #xFFFD"), hence escaped.
_NONCHARACTERS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


def canonical_json(value: JsonValue) -> str:
    """The canonical text of a value that `strict_json.parse_json` returned."""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, dict):
        members = (f"{_scalar(name)}:{canonical_json(member)}" for name, member in sorted(value.items()))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    return _scalar(value)


def _scalar(value: str | bool | None) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_NONCHARACTERS)


def _number(number: Decimal) -> str:
    if not number:
        return "0"
    shortest = number.normalize(_EXACT)
    plain = _MIN_PLAIN_EXPONENT <= shortest.adjusted() <= _MAX_PLAIN_EXPONENT
    return format(shortest, "f" if plain else "e")
