"""Question to Logs Insights: a saved query by its name, or a text; which column of its answer is a bar."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from ops.lab.app.function_names import FunctionName
from ops.lab.app.insights_query import PLACEHOLDER, SavedQuery, groups_of, saved_queries
from ops.lab.app.target import Target
from ops.lab.errors import NotUp, Refused

_NAME = re.compile(r"[\w-]+")
_BIN = re.compile(r"\bbin\s*\([^)]*\)(?:\s+as\s+(?P<alias>[\w@.]+))?", re.IGNORECASE)


def question_of(
    target: Target, question: str, key: str | None, functions: Sequence[FunctionName]
) -> tuple[str, Sequence[str]]:
    """The query's text and the log groups that it reads. A single word is the name of a saved one."""
    if _NAME.fullmatch(question.strip()):
        saved = _named(saved_queries(target), question.strip())
        text, groups = saved.text, list(saved.log_groups)
    else:
        text, groups = question, []
    if PLACEHOLDER in text and key is None:
        raise Refused("this query is about one event", hint=f"lab query {question} --key KEY")
    if key is not None:
        if PLACEHOLDER not in text:
            raise Refused(
                "--key belongs to a saved query that asks for one event", hint="for example: event-trace"
            )
        text = with_key(text, key)
    if functions or not groups:
        groups = groups_of(target, functions)
    if not groups:
        raise NotUp("no function has logged anything yet", hint="lab send --count 5 --wait")
    return text, groups


def with_key(text: str, key: str) -> str:
    """The query with the key in its place, as text between quotes."""
    return text.replace(PLACEHOLDER, key.replace("\\", "\\\\").replace('"', '\\"'))


def _named(saved: list[SavedQuery], name: str) -> SavedQuery:
    names = [each.name for each in saved]
    if name in names:
        return saved[names.index(name)]
    if not saved:
        raise NotUp("the app has no saved queries", hint="lab up deploys them, with the app")
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    guess = f"did you mean {close[0]}? " if close else ""
    raise Refused(f"there is no saved query {name}", hint=f"{guess}lab query lists them: {', '.join(names)}")


def bin_column(text: str, columns: list[str]) -> str | None:
    """The column of the last bin() that the query groups by, by its alias or as it is written."""
    for found in reversed(list(_BIN.finditer(text))):
        name = found["alias"] or found[0]
        if name in columns:
            return name
    return None


def measure_of(rows: list[dict[str, str]], columns: list[str], text: str) -> str | None:
    """The first column that is computed: of numbers, and none that the query groups by."""
    groups = re.split(r"\bby\b", text, flags=re.IGNORECASE)[-1].partition("|")[0]
    for name in columns:
        values = [row[name] for row in rows if name in row]
        if not re.search(rf"(?<![\w.@]){re.escape(name)}(?![\w.@])", groups) and all(map(_is_number, values)):
            return name
    return None


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
