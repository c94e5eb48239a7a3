"""Filter expression of GetTraceSummaries: read to a tree of conditions.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html. `filter_conditions` says which
keywords there are; what AWS has beyond them is refused by its name.
"""

import re
from collections.abc import Callable

from lab_emulator.xray.filter_conditions import (
    AnnotationCondition,
    Connection,
    Either,
    Every,
    FilterCondition,
    InvalidFilter,
    KeywordCondition,
    Negation,
    ServiceCondition,
    ServiceMatch,
    Value,
)

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<operator>!=|<=|>=|[=<>])"""
    r"""|(?P<word>[A-Za-z_][\w.]*)|(?P<sign>[!(){}\[\],:]))"""
)
_OPERATORS = {"=", "!=", "<", "<=", ">", ">="}
_WORD_OPERATORS = {"CONTAINS", "BEGINSWITH", "ENDSWITH"}


def parse_filter(text: str) -> FilterCondition:
    """The condition that a filter expression states. Raises InvalidFilter."""
    reader = _Reader(_tokens(text))
    try:
        condition = reader.either()
    except RecursionError:
        raise InvalidFilter("it is nested too deeply") from None
    if (rest := reader.token) is not None:
        raise InvalidFilter(f"{rest!r} was not expected after a complete expression")
    return condition


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            rest = text[at:].lstrip()
            raise InvalidFilter(f"{rest[:20]!r}, character {len(text) - len(rest) + 1}, cannot be read")
        tokens.append(match[0].strip())
        at = match.end()
    return tokens


class _Reader:
    """Reader of tokens, by recursive descent; AND binds before OR."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def token(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def either(self) -> FilterCondition:
        return self._joined("OR", self._every, Either)

    def _every(self) -> FilterCondition:
        return self._joined("AND", self._single, Every)

    def _joined(
        self,
        word: str,
        part: Callable[[], FilterCondition],
        join: Callable[[tuple[FilterCondition, ...]], FilterCondition],
    ) -> FilterCondition:
        parts = [part()]
        while (self.token or "").upper() == word:
            self._next()
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def _single(self) -> FilterCondition:
        token = self._next()
        if token == "!":
            return Negation(self._single())
        if token == "(":
            inner = self.either()
            self._expect(")")
            return inner
        if not token[0].isalpha():
            raise InvalidFilter(f"a keyword was expected, and not {token!r}")
        if token == "service":
            return self._service()
        if token == "edge":
            return self._edge()
        if token == "annotation" and self.token == "[":
            self._next()
            key = self._next()
            self._expect("]")
            return self._annotation(_unquoted(key) if key.startswith('"') else key)
        if token.startswith("annotation."):
            return self._annotation(token.removeprefix("annotation."))
        return self._keyword(token)

    def _keyword(self, name: str) -> FilterCondition:
        operator, value = self._comparison()
        return KeywordCondition.of(name, operator, value)

    def _annotation(self, key: str) -> FilterCondition:
        return AnnotationCondition(key, *self._comparison())

    def _comparison(self) -> tuple[str | None, Value | None]:
        token = self.token or ""
        if token not in _OPERATORS and token.upper() not in _WORD_OPERATORS:
            return None, None
        operator, told = self._next().upper(), self._next()
        if told.startswith('"'):
            return operator, _unquoted(told)
        if told.lower() in ("true", "false"):
            return operator, told.lower() == "true"
        try:
            return operator, float(told)
        except ValueError:
            raise InvalidFilter(
                f'a number, true, false or a "string" was expected, and not {told!r}'
            ) from None

    def _service(self) -> FilterCondition:
        self._expect("(")
        match = ServiceMatch() if self.token == ")" else self._match()
        self._expect(")")
        return ServiceCondition(match, self._inner())

    def _edge(self) -> FilterCondition:
        self._expect("(")
        source = self._match()
        self._expect(",")
        target = self._match()
        self._expect(")")
        return Connection(source, target, self._inner())

    def _match(self) -> ServiceMatch:
        """A service by its name, or by `id(name: "…", type: "…", account.id: "…")`."""
        if self.token != "id":
            return ServiceMatch(name=_unquoted(self._next()))
        self._next()
        self._expect("(")
        wanted: dict[str, str] = {}
        while self.token != ")":
            key = self._next()
            if key not in ("name", "type", "account.id"):
                raise InvalidFilter(f"id() takes name, type and account.id, and not {key!r}")
            self._expect(":")
            wanted[key.replace("account.id", "account_id")] = _unquoted(self._next())
            if self.token == ",":
                self._next()
        self._expect(")")
        return ServiceMatch(**wanted)

    def _inner(self) -> FilterCondition | None:
        if self.token != "{":
            return None
        self._next()
        inner = self.either()
        self._expect("}")
        return inner

    def _expect(self, sign: str) -> None:
        if (token := self._next()) != sign:
            raise InvalidFilter(f"{sign!r} was expected, and not {token!r}")

    def _next(self) -> str:
        token = self.token
        if token is None:
            raise InvalidFilter("it ends too early")
        self._at += 1
        return token


def _unquoted(token: str) -> str:
    if not token.startswith('"'):
        raise InvalidFilter(f'a "string" was expected, and not {token!r}')
    return re.sub(r"\\(.)", r"\1", token[1:-1])
