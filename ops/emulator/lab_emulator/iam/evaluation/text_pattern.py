"""Text pattern: a text of a policy with wildcards and policy variables, compiled once.

`*` is any characters, `?` any single one. `${aws:username}` is a value of the request,
`${aws:username, 'nobody'}` one with a default, and `${*}`, `${?}`, `${$}` are the characters themselves.
Sources: IAM user guide, "IAM policy elements: Variables and tags", "IAM JSON policy elements: Resource".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

Context = Mapping[str, tuple[str, ...]]
"""Condition keys of a request: names in lower case, each with its values."""

_VARIABLE = re.compile(r"""\$\{\s*(?P<name>[*?$]|[^{},'*?$]+?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?\}""")
_ARN_SEGMENTS = 6


class InvalidVariable(ValueError):
    """A `${` that begins no policy variable."""


class Wildcard(Enum):
    """Characters that stand for others."""

    ANY_CHARACTERS = "*"
    ANY_CHARACTER = "?"


_ANYWHERE = {Wildcard.ANY_CHARACTERS: ".*", Wildcard.ANY_CHARACTER: "."}


@dataclass(frozen=True)
class PolicyVariable:
    """Place for a value of the request; `key` is in lower case."""

    key: str
    default: str | None

    def resolve(self, context: Context) -> str | None:
        """Return its value; None where the request lacks it, or has several and so none for a variable."""
        values = context.get(self.key, ())
        return values[0] if len(values) == 1 else self.default


Piece = str | Wildcard | PolicyVariable


@dataclass(frozen=True)
class TextPattern:
    """Pattern as pieces; `matches` tells whether it stands for a value.

    `expression` writes the regular expression of pieces without variables.
    """

    pieces: tuple[Piece, ...]
    expression: Callable[[tuple[Piece, ...]], str]
    ignore_case: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether the pattern is `*` alone."""
        return self.pieces == (Wildcard.ANY_CHARACTERS,)

    @property
    def literal(self) -> str | None:
        """The only text it stands for; None where there is more than one, or a variable."""
        is_literal = not self.ignore_case and all(isinstance(each, str) for each in self.pieces)
        return "".join(map(str, self.pieces)) if is_literal else None

    @property
    def keys(self) -> frozenset[str]:
        """The condition keys that its variables name."""
        return frozenset(each.key for each in self.pieces if isinstance(each, PolicyVariable))

    @property
    def regular_expression(self) -> str:
        """Its regular expression; only for a pattern without variables."""
        return self._written(self.pieces)

    def matches(self, value: str, context: Context) -> bool | None:
        """Tell whether it stands for `value`; None where the request lacks a variable."""
        resolved: list[Piece] = []
        for piece in self.pieces:
            if not isinstance(piece, PolicyVariable):
                resolved.append(piece)
            elif (text := piece.resolve(context)) is None:
                return None
            else:
                resolved.append(text)
        return _compiled(self._written(tuple(resolved))).fullmatch(value) is not None

    def _written(self, pieces: tuple[Piece, ...]) -> str:
        written = self.expression(pieces)
        return f"(?i:{written})" if self.ignore_case else written


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL)


def pieces_of(text: str, *, wildcards: bool, variables: bool) -> tuple[Piece, ...]:
    """Return the pieces of `text`; raises InvalidVariable."""
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        if variables and text.startswith("${", at):
            variable = _VARIABLE.match(text, at)
            if variable is None:
                raise InvalidVariable(f"{text!r}: {text[at:]!r} begins no policy variable")
            name = variable["name"]
            pieces.append(name if name in "*?$" else PolicyVariable(name.lower(), variable["default"]))
            at = variable.end()
        elif wildcards and text[at] in "*?":
            pieces.append(Wildcard(text[at]))
            at += 1
        else:
            pieces.append(text[at])
            at += 1
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif not (piece is Wildcard.ANY_CHARACTERS and joined and joined[-1] is piece):
            joined.append(piece)
    return tuple(joined)


def glob_expression(pieces: tuple[Piece, ...]) -> str:
    """Return the regular expression of a text in which `*` is any characters at all."""
    return "".join(
        _ANYWHERE[piece] if isinstance(piece, Wildcard) else re.escape(str(piece)) for piece in pieces
    )


def resource_expression(pieces: tuple[Piece, ...]) -> str:
    """Return the regular expression of a `Resource`.

    A wildcard stays inside its segment of the ARN, but a `*` that ends its segment "can expand to match
    beyond the colon boundaries". The sixth segment is the resource, with colons of its own.
    """
    written, colons = [], 0
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            colons += piece.count(":")
            written.append(re.escape(piece))
            continue
        following = pieces[index + 1] if index + 1 < len(pieces) else ":"
        ends_segment = isinstance(following, str) and following.startswith(":")
        if piece is Wildcard.ANY_CHARACTER:
            written.append("." if colons >= _ARN_SEGMENTS - 1 else "[^:]")
        else:
            written.append(".*" if colons >= _ARN_SEGMENTS - 1 or ends_segment else "[^:]*")
    return "".join(written)


def arn_expression(pieces: tuple[Piece, ...]) -> str:
    """Return the regular expression of an ARN condition: each of the six segments is compared by itself.

    A pattern of fewer segments that ends in `*` has it for the rest.
    """
    written, colons = [], 0
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            colons += piece.count(":")
            written.append(re.escape(piece))
            continue
        in_resource = colons >= _ARN_SEGMENTS - 1
        any_character = "." if in_resource or index + 1 == len(pieces) else "[^:]"
        written.append(any_character + ("*" if piece is Wildcard.ANY_CHARACTERS else ""))
    return "".join(written)
