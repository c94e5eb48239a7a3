"""Downloads of Logs Insights: the answers of the last queries, to be downloaded without asking again."""

import csv
import io
import json
import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from ops.lab.app.insights_query import InsightsAnswer

_MOST_ANSWERS = 20
# What a spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9.]+")


@dataclass(frozen=True)
class QueryDownload:
    """A query and what it answered."""

    query: str
    answer: InsightsAnswer

    def as_csv(self) -> str:
        """Below the column names. A cell that a spreadsheet would calculate begins with an apostrophe."""
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(self.answer.columns)
        for row in self.answer.rows:
            writer.writerow([_cell(row.get(name, "")) for name in self.answer.columns])
        return file.getvalue()

    def as_json(self) -> str:
        """As `lab query --json` prints it."""
        statistics = {
            "matched": self.answer.matched,
            "scanned": self.answer.scanned,
            "bytes": self.answer.bytes,
        }
        return json.dumps({"query": self.query, "rows": self.answer.rows, "statistics": statistics}, indent=2)


class QueryDownloads:
    """The last twenty, by an id that only the page knows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, QueryDownload] = OrderedDict()

    def keep(self, answer: QueryDownload) -> str:
        """Keep it; return its id."""
        number = secrets.token_hex(8)
        with self._lock:
            self._answers[number] = answer
            while len(self._answers) > _MOST_ANSWERS:
                self._answers.popitem(last=False)
        return number

    def get(self, number: str) -> QueryDownload | None:
        """The answer; None where it is none of the last."""
        return self._answers.get(number)


def _cell(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
