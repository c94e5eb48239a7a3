"""Filter patterns for unstructured text: terms, quoted phrases, `?any`, `-none`, `%regex%`.

Also what JSON patterns share with them: the message that is matched, regular expressions between percent
signs, and the wildcard `*` of quoted values.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

# A term with any other character must be quoted (user guide, "Match terms in unstructured log events").
_TERM = re.compile(
    r'(?P<sign>[?-]?)(?:(?P<phrase>"(?:[^"\\]|\\.)*")|(?P<regex>%(?:[^%\\]|\\.)+%)|(?P<word>\w+))'
)

TextTest = Callable[[str], bool]


class InvalidPattern(ValueError):
    """Text that is not a filter pattern; the message says where it stops being one."""


class LogMessage:
    """Text of a log event, and the JSON in it, parsed once however many filters read it.

    `document` is the parsed object, or None where the text is not a JSON object or array.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def document(self) -> dict | list | None:
        if not self.text.lstrip().startswith(("{", "[")):
            return None
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None


def compile_regex(quoted: str) -> re.Pattern[str]:
    """Compile `%…%`. CloudWatch Logs has no groups, so a pattern that uses them is refused here too."""
    body = quoted[1:-1]
    if re.search(r"(?<!\\)[()]", body):
        raise InvalidPattern(f"groups are not supported in regular expressions: {quoted}")
    try:
        return re.compile(body)
    except re.error as error:
        raise InvalidPattern(f"{quoted}: {error}") from error


def compile_wildcard(text: str) -> re.Pattern[str]:
    """Compile a literal in which `*` stands for any text, to be matched against a whole value."""
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)


def unquote(quoted: str) -> str:
    """Return the text of a double-quoted string, in which a backslash escapes the next character."""
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


@dataclass(frozen=True)
class TermsPattern:
    """All of `required` and none of `excluded`; `optional` counts only where the other two are empty."""

    required: tuple[TextTest, ...]
    excluded: tuple[TextTest, ...]
    optional: tuple[TextTest, ...]

    def matches(self, message: LogMessage) -> bool:
        text = message.text
        if self.optional and not self.required and not self.excluded:
            return any(test(text) for test in self.optional)
        return all(test(text) for test in self.required) and not any(test(text) for test in self.excluded)


def parse_terms(text: str) -> TermsPattern:
    """Read the terms of `text`; matching is case-sensitive, and an empty text matches everything."""
    tests: dict[str, list[TextTest]] = {"": [], "-": [], "?": []}
    position = 0
    while position < len(text):
        found = _TERM.match(text, position)
        if not found or (found.end() < len(text) and not text[found.end()].isspace()):
            raise InvalidPattern(f"cannot read {text[position:]!r}: quote terms that are not alphanumeric")
        tests[found["sign"]].append(_text_test(found))
        position = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip())
    return TermsPattern(tuple(tests[""]), tuple(tests["-"]), tuple(tests["?"]))


def _text_test(found: re.Match[str]) -> TextTest:
    if found["regex"]:
        search = compile_regex(found["regex"]).search
        return lambda text: search(text) is not None
    wanted = unquote(found["phrase"]) if found["phrase"] else found["word"]
    return lambda text: wanted in text
