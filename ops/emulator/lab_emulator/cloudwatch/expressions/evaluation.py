"""Evaluation of an expression, given the results of the queries that it names."""

from collections.abc import Callable
from dataclasses import dataclass

from lab_emulator.cloudwatch.expressions.functions import ARITY, FILLERS, FUNCTIONS
from lab_emulator.cloudwatch.expressions.operators import OPERATIONS, Value, combine
from lab_emulator.cloudwatch.expressions.parser import (
    Array,
    Binary,
    Call,
    Negated,
    Node,
    Number,
    Reference,
    Text,
    calls,
)
from lab_emulator.cloudwatch.period_statistics import Grid, TimeSeries
from lab_emulator.cloudwatch.refusals import RefusedRequest


@dataclass(frozen=True)
class Surroundings:
    """Surroundings of an expression: what it may ask for apart from its own arguments.

    `result` of a query by id; the `metrics` of the request whose id contains a text; what a `search`
    finds, given its text, statistic and period in seconds; and the expression's own `grid`.
    """

    result: Callable[[str], Value]
    metrics: Callable[[str], list[TimeSeries]]
    search: Callable[[str, str, int | None], list[TimeSeries]]
    grid: Callable[[], Grid]


def check_functions(node: Node) -> None:
    """Refuse functions that are not offered, or with a wrong number of arguments. Raises RefusedRequest."""
    for call in calls(node):
        if call.function in FILLERS and not call.arguments:
            continue
        if call.function not in ARITY:
            raise RefusedRequest(f"Error in expression: the function {call.function} is not offered here.")
        least, most = ARITY[call.function]
        if not least <= len(call.arguments) <= most:
            number = f"{least}" if least == most else f"{least} to {most}"
            raise RefusedRequest(f"Error in expression: {call.function} takes {number} arguments.")


def evaluate(node: Node, around: Surroundings) -> Value:
    """Evaluate a `node` whose functions are known. Raises RefusedRequest."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Reference):
        return around.result(node.id)
    if isinstance(node, Array):
        return [series for item in node.items for series in _series(evaluate(item, around))]
    if isinstance(node, Binary):
        return combine(OPERATIONS[node.operator], evaluate(node.left, around), evaluate(node.right, around))
    if isinstance(node, Negated):
        return combine(OPERATIONS["*"], -1.0, evaluate(node.value, around))
    if isinstance(node, Call):
        return _called(node, around)
    raise RefusedRequest("Error in expression: a text stands where a number or a time series is expected")


def _called(call: Call, around: Surroundings) -> Value:
    if call.function == "METRICS":
        return around.metrics(*_texts(call, call.arguments or (Text(""),)))
    if call.function == "SEARCH":
        return around.search(*_texts(call, call.arguments[:2]), _period(call.arguments[2:]))
    if call.function == "TIME_SERIES":
        number = evaluate(call.arguments[0], around)
        if not isinstance(number, (int, float)):
            raise RefusedRequest("Error in expression: TIME_SERIES takes a number")
        grid = around.grid()
        return TimeSeries(grid, dict.fromkeys(grid.times(), float(number)))
    if call.function in FILLERS:
        raise RefusedRequest(f"Error in expression: {call.function} belongs into FILL.")
    return FUNCTIONS[call.function](*(_argument(call, argument, around) for argument in call.arguments))


def _argument(call: Call, argument: Node, around: Surroundings) -> Value | str:
    if call.function == "FILL" and isinstance(argument, Call) and argument.function in FILLERS:
        return argument.function
    return evaluate(argument, around)


def _texts(call: Call, arguments: tuple[Node, ...]) -> list[str]:
    texts = [argument.value for argument in arguments if isinstance(argument, Text)]
    if len(texts) != len(arguments):
        raise RefusedRequest(f"Error in expression: {call.function} takes texts in quotation marks")
    return texts


def _period(arguments: tuple[Node, ...]) -> int | None:
    if not arguments:
        return None
    [argument] = arguments
    if not isinstance(argument, Number):
        raise RefusedRequest("Error in expression: the period of SEARCH is a number of seconds")
    return int(argument.value)


def _series(value: Value) -> list[TimeSeries]:
    if isinstance(value, (int, float)):
        raise RefusedRequest("Error in expression: an array holds time series, not numbers")
    return value if isinstance(value, list) else [value]
