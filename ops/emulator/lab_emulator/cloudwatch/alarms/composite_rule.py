"""Rule of a composite alarm: `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(arn:…))`.

NOT binds closest, then AND, then OR (CloudWatch user guide, "Composite alarms").
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from lab_emulator.cloudwatch.alarms.missing_data import State
from lab_emulator.cloudwatch.refusals import RefusedRequest

_STATES = frozenset({"ALARM", "OK", "INSUFFICIENT_DATA"})
_TOKEN = re.compile(
    r"\s*(?:(?P<test>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<quoted>[^\"]+)\"|(?P<bare>[^()\"\s]+))\s*\)"
    r"|(?P<word>[A-Za-z_]+)|(?P<bracket>[()]))"
)

StateOf = Callable[[str], State | None]  # by name or ARN; None where there is no such alarm


@dataclass(frozen=True)
class CompositeRule:
    """A parsed rule: `holds` tells whether it is true now, `alarms` are the names and ARNs in it."""

    holds: Callable[[StateOf], bool]
    alarms: frozenset[str] = frozenset()


def parse_rule(text: str) -> CompositeRule:
    """Parse an AlarmRule. Raises RefusedRequest."""
    parser = _RuleParser(list(_tokens(text)))
    rule = parser.alternatives()
    if (left := parser.peek()) is not None:
        raise RefusedRequest(f"AlarmRule is not valid: nothing is expected at {left[1]!r}")
    return rule


def alarm_name(reference: str) -> str:
    """The name of the alarm that a rule refers to by name or by ARN."""
    return reference.split(":", 6)[6] if reference.startswith("arn:") else reference


Token = tuple[str, str]  # kind and text; a state test's kind is the state, its text the alarm


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise RefusedRequest(f"AlarmRule is not valid at {text[position:].strip()[:40]!r}")
        position = match.end()
        if match["test"]:
            yield match["test"], match["quoted"] or match["bare"]
        elif match["word"]:
            yield "word", match["word"]
        else:
            yield "bracket", match["bracket"]


class _RuleParser:
    """Parser of a rule, by recursive descent over the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def alternatives(self) -> CompositeRule:
        rule = self._conjunction()
        while self._take(("word", "OR")):
            rule = _either(rule, self._conjunction())
        return rule

    def _conjunction(self) -> CompositeRule:
        rule = self._negation()
        while self._take(("word", "AND")):
            rule = _both(rule, self._negation())
        return rule

    def _negation(self) -> CompositeRule:
        if self._take(("word", "NOT")):
            negated = self._negation()
            return CompositeRule(lambda state_of: not negated.holds(state_of), negated.alarms)
        return self._primary()

    def _primary(self) -> CompositeRule:
        if self._take(("bracket", "(")):
            rule = self.alternatives()
            if not self._take(("bracket", ")")):
                raise RefusedRequest("AlarmRule is not valid: a closing parenthesis is missing")
            return rule
        token = self.peek()
        self._next += 1
        if token is not None and token[0] in _STATES:
            return _test(cast(State, token[0]), token[1])
        if token in {("word", "TRUE"), ("word", "FALSE")}:
            return CompositeRule(lambda _state_of: token == ("word", "TRUE"))
        found = "the end" if token is None else repr(token[1])
        raise RefusedRequest(
            f"AlarmRule is not valid at {found}: "
            "ALARM(), OK(), INSUFFICIENT_DATA(), TRUE, FALSE, NOT and parentheses are understood"
        )

    def _take(self, wanted: Token) -> bool:
        taken = self.peek() == wanted
        self._next += taken
        return taken


def _test(state: State, alarm: str) -> CompositeRule:
    return CompositeRule(lambda state_of: state_of(alarm) == state, frozenset({alarm}))


def _either(left: CompositeRule, right: CompositeRule) -> CompositeRule:
    return CompositeRule(
        lambda state_of: left.holds(state_of) or right.holds(state_of), left.alarms | right.alarms
    )


def _both(left: CompositeRule, right: CompositeRule) -> CompositeRule:
    return CompositeRule(
        lambda state_of: left.holds(state_of) and right.holds(state_of), left.alarms | right.alarms
    )
