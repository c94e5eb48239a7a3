"""Validation of a row: the order in it, as the API takes it, or the reason for which the row is rejected."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from functions.files.processor.csv_rows import Columns

_MAX_TEXT = 256  # characters of `order_id` and of `customer`
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,4})?", re.ASCII)
_AMOUNT_RULE = "a decimal number above 0, of at most 12 digits and 4 places"


class InvalidRow(Exception):
    """A row that no attempt can deliver: it goes to the rejects, with this message as the reason."""


@dataclass(frozen=True)
class OrderRow:
    """A valid row."""

    order_id: str
    customer: str
    amount: Decimal


def read_order(fields: Sequence[str], columns: Columns) -> OrderRow:
    """Raises InvalidRow. Spaces around a value do not count."""
    if len(fields) != columns.width:
        raise InvalidRow(f"has {len(fields)} fields where the header has {columns.width}")
    return OrderRow(
        order_id=_text("order_id", fields[columns.order_id]),
        customer=_text("customer", fields[columns.customer]),
        amount=_amount(fields[columns.amount].strip()),
    )


def _text(name: str, value: str) -> str:
    text = value.strip()
    if not text:
        raise InvalidRow(f"{name} is empty")
    if len(text) > _MAX_TEXT:
        raise InvalidRow(f"{name} has {len(text)} characters, more than {_MAX_TEXT}")
    return text


def _amount(value: str) -> Decimal:
    if not value:
        raise InvalidRow("amount is empty")
    if not _AMOUNT.fullmatch(value) or not Decimal(value):
        raise InvalidRow(f"amount is not {_AMOUNT_RULE}")
    return Decimal(value)
