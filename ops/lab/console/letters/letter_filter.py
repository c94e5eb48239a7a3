"""Letter filter: which letters a person wants to see, from the fields of the page's form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.errors import Refused

PAGE_ROWS = 50
_MOST_DIGITS = 9


@dataclass(frozen=True)
class LetterFilter:
    """Empty text and None let everything through. `error` is a type or a category, `key` and `body` are parts
    of them in any case; `min_age` in seconds, `redrives` how often it was redriven at least."""

    error: str = ""
    key: str = ""
    body: str = ""
    min_age: int | None = None
    redrives: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "LetterFilter":
        """From a query or a form. Raises Refused, naming the field."""
        return cls(
            error=query.get("error", "").strip(),
            key=query.get("key", "").strip(),
            body=query.get("body", "").strip(),
            min_age=whole_number(query.get("min_age", ""), "the age"),
            redrives=whole_number(query.get("redrives", ""), "the number of redrives"),
        )

    def matches(self, letter: FoundLetter, now: float) -> bool:
        return (
            letter.failure.matches(self.error or None)
            and _has(letter.key, self.key)
            and _has(letter.body, self.body)
            and letter.age_seconds(now) >= (self.min_age or 0)
            and letter.letter.redrive_count >= (self.redrives or 0)
        )

    def of_letters(self, letters: Sequence[FoundLetter], now: float) -> list[FoundLetter]:
        """Those that match, in their order."""
        return [letter for letter in letters if self.matches(letter, now)]

    @property
    def is_empty(self) -> bool:
        return self == LetterFilter()

    @property
    def is_the_apis(self) -> bool:
        """Whether the app's redrive API has these filters, so that one job can be told by them alone."""
        return not (self.key or self.body or self.redrives)

    @property
    def for_api(self) -> RedriveFilters:
        """The part of it that the API knows."""
        return RedriveFilters(error_type=self.error or None, min_age_seconds=self.min_age)

    @property
    def query(self) -> str:
        """As a page's address has it."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return urlencode({name: value for name, value in given.items() if value not in ("", None)})


def _has(text: str, part: str) -> bool:
    return not part or part.casefold() in text.casefold()


def whole_number(text: str, what: str) -> int | None:
    """The number in a field; None for an empty one. Raises Refused for what is none."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        raise Refused(f"{what} must be a whole number, not {text[:40]!r}")
    return int(text)
