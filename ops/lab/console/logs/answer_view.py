"""View of an answer of Logs Insights: its table, with a bar for each row of what is counted by time."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.app.insights_query import InsightsAnswer
from ops.lab.app.insights_question import bin_column, measure_of

_MOST_CHARACTERS = 2_000
# The bar of something is never too short to be seen, on a width of 100.
_LEAST_WIDTH = 1.0


@dataclass(frozen=True)
class AnswerRow:
    """The cells of a row, and the width of its bar between 0 and 100."""

    cells: Sequence[str]
    width: float


@dataclass(frozen=True)
class AnswerView:
    """`measure` is the column that bars show; empty where there are none. `numeric` says of each column
    whether it has numbers alone."""

    columns: Sequence[str]
    numeric: Sequence[bool]
    rows: Sequence[AnswerRow]
    measure: str


def view_of(answer: InsightsAnswer, text: str) -> AnswerView:
    """The answer to this query; by bin(), in the order of time."""
    columns, rows = answer.columns, answer.rows
    by_bin = bin_column(text, columns)
    measure = (measure_of(rows, columns, text) or "") if by_bin else ""
    if by_bin:
        rows = sorted(rows, key=lambda row: row.get(by_bin, ""))
    most = max((_number(row.get(measure, "")) for row in rows), default=0.0) if measure else 0.0
    numeric = [all(_is_number(row[name]) for row in rows if name in row) for name in columns]
    return AnswerView(
        columns,
        numeric,
        [
            AnswerRow(
                [_cut(row.get(name, "").rstrip()) for name in columns],
                _width(_number(row.get(measure, "")), most),
            )
            for row in rows
        ],
        measure,
    )


def _width(value: float, most: float) -> float:
    if value <= 0 or most <= 0:
        return 0.0
    return round(max(value / most * 100, _LEAST_WIDTH), 1)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> float:
    return float(text) if _is_number(text) else 0.0


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
