"""Functions that take more than values: periods of time, a regular expression, the query's own time."""

import re
from collections.abc import Callable

from lab_emulator.logs.insights.log_record import Getter
from lab_emulator.logs.insights.malformed_query import mistake_at
from lab_emulator.logs.insights.period import Period, Rounding
from lab_emulator.logs.insights.regular_expression import UnsupportedRegex, compile_regex_literal
from lab_emulator.logs.insights.scope import Compiled, Scope
from lab_emulator.logs.insights.syntax_tree import (
    Expression,
    FieldReference,
    FunctionCall,
    LiteralValue,
    PeriodLiteral,
)
from lab_emulator.logs.insights.values import Value, ValueKind, number, text

Compile = Callable[[Expression], Compiled]
SpecialForm = Callable[[FunctionCall, Scope, Compile], Compiled]


def _bin(call: FunctionCall, scope: Scope, compile_: Compile) -> Compiled:
    """Of the event's own time: "The bin function always implicitly uses the @timestamp field"."""
    [period] = _arguments(call, scope, 1)
    timestamp = compile_(FieldReference(call.start, call.end, "@timestamp", ("@timestamp",)))
    return _rounded(timestamp.get, _period(period, scope).floor())


def _datefloor(call: FunctionCall, scope: Scope, compile_: Compile) -> Compiled:
    moment, period = _arguments(call, scope, 2)
    return _rounded(compile_(moment).get, _period(period, scope).floor())


def _dateceil(call: FunctionCall, scope: Scope, compile_: Compile) -> Compiled:
    moment, period = _arguments(call, scope, 2)
    return _rounded(compile_(moment).get, _period(period, scope).ceil())


def _rounded(get: Getter, rounding: Rounding) -> Compiled:
    def moment(row: object) -> Value:
        found = get(row)
        if type(found) is not int:
            read = number(found)
            if read is None:
                return None
            found = int(read)
        try:
            return rounding(found)
        except OverflowError:  # beyond the years that there are
            return None

    return Compiled(moment, ValueKind.TIMESTAMP)


def _from_millis(call: FunctionCall, scope: Scope, compile_: Compile) -> Compiled:
    [argument] = _arguments(call, scope, 1)
    get = compile_(argument).get
    return Compiled(lambda row: number(get(row)), ValueKind.TIMESTAMP)


def _to_millis(call: FunctionCall, scope: Scope, compile_: Compile) -> Compiled:
    [argument] = _arguments(call, scope, 1)
    get = compile_(argument).get
    return Compiled(lambda row: number(get(row)), ValueKind.COMPUTED)


def _constant(of: Callable[[Scope], int]) -> SpecialForm:
    def form(call: FunctionCall, scope: Scope, _compile: Compile) -> Compiled:
        _arguments(call, scope, 0)
        value = of(scope)
        return Compiled(lambda _row: value, ValueKind.COMPUTED)

    return form


def _regex_replace(call: FunctionCall, scope: Scope, compile_: Compile) -> Compiled:
    subject, pattern, replacement = _arguments(call, scope, 3)
    if not isinstance(pattern, LiteralValue) or not isinstance(pattern.value, str):
        raise mistake_at(scope.query, "the pattern of regexReplace is a string", pattern.start, pattern.end)
    if not isinstance(replacement, LiteralValue) or not isinstance(replacement.value, str):
        raise mistake_at(
            scope.query, "the replacement of regexReplace is a string", replacement.start, replacement.end
        )
    get, replaced_by = compile_(subject).get, replacement.value
    try:
        compiled = compile_regex_literal(pattern.value).compiled
        re.sub(compiled, replaced_by, "") if compiled.match("") else compiled.sub(replaced_by, "")
    except (UnsupportedRegex, re.error) as error:
        raise mistake_at(scope.query, str(error), pattern.start, pattern.end) from error

    def replace(row: object) -> Value:
        found = text(get(row))
        return None if found is None else compiled.sub(replaced_by, found)

    return Compiled(replace, ValueKind.RAW)


def _arguments(call: FunctionCall, scope: Scope, count: int) -> tuple[Expression, ...]:
    if call.starred or len(call.arguments) != count:
        takes = "no argument" if not count else f"{count} argument{'s' * (count > 1)}"
        raise mistake_at(scope.query, f"{call.name} takes {takes}", call.start, call.end)
    return call.arguments


def _period(argument: Expression, scope: Scope) -> Period:
    try:
        if isinstance(argument, PeriodLiteral):
            return Period.of(argument.count, argument.unit)
        raise ValueError("a period such as 5m belongs here")
    except ValueError as error:
        raise mistake_at(scope.query, str(error), argument.start, argument.end) from error


SPECIAL_FORMS: dict[str, SpecialForm] = {
    "bin": _bin,
    "datefloor": _datefloor,
    "dateceil": _dateceil,
    "frommillis": _from_millis,
    "tomillis": _to_millis,
    # Seconds, where the others are milliseconds (user guide, "Datetime functions" and "General functions").
    "now": _constant(lambda scope: scope.window.now // 1000),
    "querystarttime": _constant(lambda scope: scope.window.start),
    "queryendtime": _constant(lambda scope: scope.window.end),
    "querytimerange": _constant(lambda scope: scope.window.end - scope.window.start),
    "regexreplace": _regex_replace,
}
