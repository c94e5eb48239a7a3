"""Validation of rows: which headers and rows are taken, and which are refused."""

from decimal import Decimal

import pytest

from functions.files.processor.csv_rows import Columns
from functions.files.processor.row_validation import InvalidRow, OrderRow, read_order
from functions.files.rounds.task import PermanentFailure

COLUMNS = Columns.of_header(["order_id", "customer", "amount"])


def test_columns_count_in_any_order_and_case_and_with_others() -> None:
    columns = Columns.of_header([" Amount", "note", "ORDER_ID", "customer "])
    assert (columns.order_id, columns.customer, columns.amount, columns.width) == (2, 3, 0, 4)
    assert read_order(["1.5", "", " o1 ", "Ann"], columns) == OrderRow("o1", "Ann", Decimal("1.5"))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (["order_id", "amount"], "no column customer"),
        (["a;b;c"], "no column order_id, customer, amount"),
        (["order_id", "customer", "amount", "Amount"], "more than one column amount"),
    ],
)
def test_a_header_that_does_not_say_which_column_is_which_is_refused(header: list[str], reason: str) -> None:
    with pytest.raises(PermanentFailure, match=reason):
        Columns.of_header(header)


@pytest.mark.parametrize("amount", ["1", "0.01", "999999999999.9999", " 5 "])
def test_amounts_that_are_money(amount: str) -> None:
    assert read_order(["o1", "Ann", amount], COLUMNS).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (["o1", "Ann"], "has 2 fields where the header has 3"),
        (["o1", "Ann", "1", "x"], "has 4 fields where the header has 3"),
        (["", "Ann", "1"], "order_id is empty"),
        (["o1", "  ", "1"], "customer is empty"),
        (["o1", "x" * 257, "1"], "customer has 257 characters, more than 256"),
        (["o1", "Ann", ""], "amount is empty"),
        (["o1", "Ann", "0.00"], "amount is not a decimal number above 0"),
        (["o1", "Ann", "-1"], "amount is not a decimal number above 0"),
        (["o1", "Ann", "1e3"], "amount is not"),
        (["o1", "Ann", "NaN"], "amount is not"),
        (["o1", "Ann", "1,5"], "amount is not"),
        (["o1", "Ann", "\N{ARABIC-INDIC DIGIT ONE}"], "amount is not"),
    ],
)
def test_rows_that_are_no_orders(fields: list[str], reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason):
        read_order(fields, COLUMNS)
