"""Mistake in a query: where it stands, and what AWS answers for it."""

import re

# What a reader would take for one symbol: a word, or a single character.
_SYMBOL = re.compile(r"[\w@.]+|\S")


class MalformedQuery(ValueError):
    """Query that is none, or one that this emulator does not know; the text says which.

    `start` and `end` are character offsets into the query, `end` exclusive: what a MalformedQueryException
    carries as startCharOffset and endCharOffset (API reference, QueryCompileErrorLocation, which says no more
    of them).
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = max(end, start)


def unexpected_symbol(query: str, start: int, why: str = "") -> MalformedQuery:
    """The mistake of a symbol that does not belong where it stands, in AWS's words.

    Lines count from 1 and positions from 0, as AWS's do. `why` is added in parentheses.
    """
    while start < len(query) and query[start].isspace():
        start += 1
    found = _SYMBOL.match(query, start)
    symbol, end = (found[0], found.end()) if found else ("<EOF>", start)
    return MalformedQuery(f"unexpected symbol found {symbol} {_place(query, start, why)}", start, end)


def mistake_at(query: str, what: str, start: int, end: int) -> MalformedQuery:
    """A mistake in what would be grammatical: a name or an argument that is none."""
    return MalformedQuery(f"{what} {_place(query, start)}", start, end)


def _place(query: str, start: int, why: str = "") -> str:
    line = query.count("\n", 0, start) + 1
    position = start - (query.rfind("\n", 0, start) + 1)
    return f"at line {line} and position {position}" + (f" ({why})" if why else "")
