"""Regular expressions between percent signs, and the wildcard `*` of quoted values."""

import re

from lab_emulator.logs.patterns.errors import InvalidPattern


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
