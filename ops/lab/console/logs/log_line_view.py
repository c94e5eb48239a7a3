"""Log line as a page shows it: time, function, level, message, its fields, and the whole of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.app.log_tail import UNINTERESTING, FunctionLogLine

# Level to the class of its colour; the word stands there too.
_CLASSES = {"ERROR": "bad", "CRITICAL": "bad", "WARNING": "warn", "INFO": "good"}
# CloudWatch takes events of 1 MB (PutLogEvents); a page shows the start, and says that there is more.
_MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class ShownLine:
    """`at` is epoch seconds. `level` is empty for what is not JSON, such as Lambda's own lines. `fields` are
    what a reader looks for, `whole` all of it."""

    at: float
    function: str
    level: str
    style: str
    message: str
    fields: Sequence[tuple[str, str]]
    whole: str


def shown_line(line: FunctionLogLine) -> ShownLine:
    """The line, cut to what a page can show."""
    fields = line.fields
    at, function = line.time_ms / 1000, line.function.value
    if fields is None:
        return ShownLine(at, function, "", "soft", _cut(line.message, 500), (), _cut(line.message))
    level = str(fields.get("level", ""))
    return ShownLine(
        at,
        function,
        _cut(level, 20),
        _CLASSES.get(level, "soft"),
        _cut(str(fields.get("message", "")), 500),
        [
            (_cut(name, 100), _cut(_text(value), 300))
            for name, value in fields.items()
            if name not in UNINTERESTING
        ],
        _cut(json.dumps(fields, indent=2, ensure_ascii=False)),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(text: str, most: int = _MOST_CHARACTERS) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} characters more)"
