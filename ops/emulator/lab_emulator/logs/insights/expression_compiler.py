"""Compiler of expressions: from the syntax tree to functions of a row, once for a query."""

import math
import operator
from collections.abc import Callable
from typing import Any

from lab_emulator.logs.insights.aggregates import AGGREGATES
from lab_emulator.logs.insights.comparisons import (
    Condition,
    comparison,
    comparison_with,
    containment,
    match,
    membership,
)
from lab_emulator.logs.insights.functions.addresses import ADDRESS_FUNCTIONS
from lab_emulator.logs.insights.functions.choices import CHOICE_FUNCTIONS, is_true
from lab_emulator.logs.insights.functions.documents import DOCUMENT_FUNCTIONS
from lab_emulator.logs.insights.functions.numbers import NUMBER_FUNCTIONS
from lab_emulator.logs.insights.functions.texts import TEXT_FUNCTIONS
from lab_emulator.logs.insights.log_record import Getter
from lab_emulator.logs.insights.malformed_query import MalformedQuery, mistake_at
from lab_emulator.logs.insights.regular_expression import UnsupportedRegex, compile_regex_literal
from lab_emulator.logs.insights.scope import Compiled, Scope
from lab_emulator.logs.insights.special_forms import SPECIAL_FORMS
from lab_emulator.logs.insights.syntax_tree import (
    Expression,
    FieldReference,
    FunctionCall,
    LiteralValue,
    Matching,
    Membership,
    Node,
    Operation,
    PeriodLiteral,
    RegexLiteral,
)
from lab_emulator.logs.insights.values import Scalar, Value, ValueKind, number, whole

FUNCTIONS = {
    **ADDRESS_FUNCTIONS,
    **CHOICE_FUNCTIONS,
    **DOCUMENT_FUNCTIONS,
    **NUMBER_FUNCTIONS,
    **TEXT_FUNCTIONS,
}
# Deeper ones could not be evaluated without a limit of Python's own.
MAX_DEPTH = 100
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_BOOLEAN = frozenset({"and", "or", "not"}) | _COMPARISONS


def _divide(left: float, right: float) -> float | int | None:
    return whole(left / right)


def _remainder(left: float, right: float) -> float | int | None:
    """With the sign of the dividend, as in Java."""
    return whole(math.copysign(abs(left) % abs(right), left))


def _power(left: float, right: float) -> float | int | None:
    return whole(math.pow(left, right))


_ARITHMETIC: dict[str, Callable[[Any, Any], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _remainder,
    "^": _power,
}


class ExpressionCompiler:
    """Compiler of the expressions of one command, with the names of its scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._depth = 0

    def value(self, expression: Expression) -> Compiled:
        """A function of a row that gives the expression's value. Raises MalformedQuery."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.mistake("the expression is nested too deeply", expression)
        try:
            return self._value(expression)
        finally:
            self._depth -= 1

    def condition(self, expression: Expression) -> Condition:
        """A function of a row that says whether the expression holds. Raises MalformedQuery."""
        if isinstance(expression, Operation) and expression.operator in _BOOLEAN:
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise self.mistake("the expression is nested too deeply", expression)
            try:
                return self._operation_condition(expression)
            finally:
                self._depth -= 1
        if isinstance(expression, Matching):
            return self._matching(expression)
        if isinstance(expression, Membership):
            return self._membership(expression)
        if isinstance(expression, FieldReference | FunctionCall):
            get = self.value(expression).get
            return lambda row: is_true(get(row))
        raise self.mistake("a condition belongs here", expression)

    def mistake(self, what: str, node: Node) -> MalformedQuery:
        """The error for what a node says."""
        return mistake_at(self._scope.query, what, node.start, node.end)

    def _value(self, expression: Expression) -> Compiled:
        if isinstance(expression, FieldReference):
            return self._scope.resolve(expression)
        if isinstance(expression, LiteralValue):
            constant = _plain(expression)
            return Compiled(lambda _row: constant, ValueKind.RAW)
        if isinstance(expression, FunctionCall):
            return self._call(expression)
        if isinstance(expression, PeriodLiteral):
            raise self.mistake("a period belongs into bin, datefloor and dateceil", expression)
        if isinstance(expression, Operation) and expression.operator not in _BOOLEAN:
            return self._arithmetic(expression)
        holds = self.condition(expression)
        return Compiled(lambda row: 1 if holds(row) else 0, ValueKind.COMPUTED)

    def _call(self, call: FunctionCall) -> Compiled:
        if call.name in SPECIAL_FORMS:
            return SPECIAL_FORMS[call.name](call, self._scope, self.value)
        if call.name in AGGREGATES:
            raise self.mistake(f"{call.name} belongs to the measures of stats", call)
        function = FUNCTIONS.get(call.name)
        if function is None:
            raise self.mistake(f"unknown function {call.name}", call)
        if call.starred or not function.accepts(len(call.arguments)):
            raise self.mistake(f"{call.name} does not take these arguments", call)
        arguments = [self.value(argument) for argument in call.arguments]
        kinds = {argument.kind for argument in arguments[call.name in ("if", "case") :]}
        return Compiled(
            _applied(function.call, [argument.get for argument in arguments]),
            ValueKind.TIMESTAMP
            if kinds == {ValueKind.TIMESTAMP} and call.name in ("coalesce", "if")
            else function.kind,
        )

    def _arithmetic(self, operation: Operation) -> Compiled:
        operands = [self.value(operand).get for operand in operation.operands]
        if len(operands) == 1:
            [get] = operands
            return Compiled(lambda row: _negated(get(row)), ValueKind.COMPUTED)
        left, right = operands
        compute = _ARITHMETIC[operation.operator]

        def evaluate(row: Any) -> Value:
            one, other = number(left(row)), number(right(row))
            if one is None or other is None:
                return None
            try:
                result = compute(one, other)
            except (ArithmeticError, ValueError):
                return None
            return None if type(result) is float and not math.isfinite(result) else result

        return Compiled(evaluate, ValueKind.COMPUTED)

    def _operation_condition(self, operation: Operation) -> Condition:
        if operation.operator == "not":
            holds = self.condition(operation.operands[0])
            return lambda row: not holds(row)
        if operation.operator in ("and", "or"):
            parts = [self.condition(part) for part in _chain(operation)]
            return _all_of(parts) if operation.operator == "and" else _any_of(parts)
        return self._comparison(operation)

    def _comparison(self, operation: Operation) -> Condition:
        left, right = operation.operands
        if isinstance(right, LiteralValue):
            return comparison_with(operation.operator, self.value(left).get, _plain(right))
        if isinstance(left, LiteralValue):
            get = self.value(right).get
            return comparison_with(operation.operator, get, _plain(left), literal_first=True)
        return comparison(operation.operator, self.value(left).get, self.value(right).get)

    def _matching(self, matching: Matching) -> Condition:
        get = self.value(matching.subject).get
        pattern = matching.pattern
        if isinstance(pattern, RegexLiteral):
            try:
                holds = match(get, compile_regex_literal(pattern.body).compiled.search)
            except UnsupportedRegex as error:
                raise self.mistake(str(error), pattern) from error
        else:
            holds = containment(get, str(pattern.value))
        return (lambda row: not holds(row)) if matching.negated else holds

    def _membership(self, member: Membership) -> Condition:
        holds = membership(self.value(member.subject).get, [_plain(each) for each in member.values])
        return (lambda row: not holds(row)) if member.negated else holds


def _chain(operation: Operation) -> list[Expression]:
    """The operands of `a and b and c`, which the grammar nests to the left."""
    parts: list[Expression] = []
    left: Expression = operation
    while isinstance(left, Operation) and left.operator == operation.operator:
        left, right = left.operands
        parts.append(right)
    return [left, *reversed(parts)]


def _all_of(parts: list[Condition]) -> Condition:
    if len(parts) == 2:
        one, other = parts
        return lambda row: one(row) and other(row)
    return lambda row: all(part(row) for part in parts)


def _any_of(parts: list[Condition]) -> Condition:
    if len(parts) == 2:
        one, other = parts
        return lambda row: one(row) or other(row)
    return lambda row: any(part(row) for part in parts)


def _plain(literal: LiteralValue) -> Scalar:
    return int(literal.value) if isinstance(literal.value, bool) else literal.value


def _negated(value: Value) -> Value:
    found = number(value)
    return None if found is None else -found


def _applied(call: Callable[..., Value], arguments: list[Getter]) -> Getter:
    """A call with the values of a row; the common cases without a list of them."""
    if len(arguments) == 1:
        [only] = arguments
        return lambda row: call(only(row))
    if len(arguments) == 2:
        one, other = arguments
        return lambda row: call(one(row), other(row))
    return lambda row: call(*[argument(row) for argument in arguments])
