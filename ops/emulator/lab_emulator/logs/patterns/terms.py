"""Patterns for unstructured text: terms, quoted phrases, `?any`, `-none`, `%regex%`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lab_emulator.logs.patterns.errors import InvalidPattern
from lab_emulator.logs.patterns.message import LogMessage
from lab_emulator.logs.patterns.regex import compile_regex, unquote

# A term with any other character must be quoted (user guide, "Match terms in unstructured log events").
_TERM = re.compile(
    r'(?P<sign>[?-]?)(?:(?P<phrase>"(?:[^"\\]|\\.)*")|(?P<regex>%(?:[^%\\]|\\.)+%)|(?P<word>\w+))'
)

Test = Callable[[str], bool]


@dataclass(frozen=True)
class TermsPattern:
    """All of `required`, none of `excluded`; `optional` counts only where the other two are empty."""

    required: tuple[Test, ...]
    excluded: tuple[Test, ...]
    optional: tuple[Test, ...]

    def matches(self, message: LogMessage) -> bool:
        text = message.text
        if self.optional and not self.required and not self.excluded:
            return any(test(text) for test in self.optional)
        return all(test(text) for test in self.required) and not any(test(text) for test in self.excluded)


def parse_terms(text: str) -> TermsPattern:
    """Read the terms of `text`; matching is case-sensitive, and an empty text matches everything."""
    tests: dict[str, list[Test]] = {"": [], "-": [], "?": []}
    position = 0
    while position < len(text):
        found = _TERM.match(text, position)
        if not found or (found.end() < len(text) and not text[found.end()].isspace()):
            raise InvalidPattern(f"cannot read {text[position:]!r}: quote terms that are not alphanumeric")
        tests[found["sign"]].append(_test(found))
        position = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip())
    return TermsPattern(tuple(tests[""]), tuple(tests["-"]), tuple(tests["?"]))


def _test(found: re.Match[str]) -> Test:
    if found["regex"]:
        search = compile_regex(found["regex"]).search
        return lambda text: search(text) is not None
    wanted = unquote(found["phrase"]) if found["phrase"] else found["word"]
    return lambda text: wanted in text
