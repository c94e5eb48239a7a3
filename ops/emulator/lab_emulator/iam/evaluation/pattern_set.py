"""Pattern set: several text patterns of which one must match."""

import re
from collections.abc import Callable, Iterable

from lab_emulator.iam.evaluation.text_pattern import Context, Piece, TextPattern, pieces_of


class PatternSet:
    """Patterns, compiled to a set of literals and one regular expression; those with variables stay apart."""

    def __init__(self, patterns: Iterable[TextPattern]) -> None:
        patterns = tuple(patterns)
        self._everything = any(each.is_everything for each in patterns)
        self._literals = frozenset(text for each in patterns if (text := each.literal) is not None)
        self._variable = tuple(each for each in patterns if each.keys)
        wild = [each.regular_expression for each in patterns if each.literal is None and not each.keys]
        self._wild = re.compile("|".join(f"(?:{each})" for each in wild), re.DOTALL) if wild else None
        self.keys = frozenset().union(*(each.keys for each in patterns))

    @classmethod
    def of(
        cls,
        texts: Iterable[str],
        expression: Callable[[tuple[Piece, ...]], str],
        *,
        variables: bool,
        wildcards: bool = True,
        ignore_case: bool = False,
    ) -> "PatternSet":
        """Compile `texts`; raises InvalidVariable."""
        return cls(
            TextPattern(pieces_of(text, wildcards=wildcards, variables=variables), expression, ignore_case)
            for text in texts
        )

    def matches(self, value: str, context: Context) -> bool | None:
        """Tell whether a pattern matches `value`; None if none does and one lacks a variable's value."""
        if self._everything or value in self._literals or (self._wild and self._wild.fullmatch(value)):
            return True
        found: bool | None = False
        for pattern in self._variable:
            matched = pattern.matches(value, context)
            if matched:
                return True
            found = None if matched is None else found
        return found
