"""Condition and filter expressions, parsed once: moto parses each text twice a request, token by token.

A parsed expression holds the names that it is given, so it is kept by its text and its names, with the values
left out.
"""

from functools import lru_cache
from typing import Any

from moto.dynamodb.comparisons import (
    AttributeValue,
    ConditionExpressionParser,
    Func,
    Op,
    OpDefault,
    Operand,
)

from lab_emulator.dynamodb.update_expressions import MAX_KEPT

Names = tuple[tuple[str, str], ...]

_parse = ConditionExpressionParser.parse


class _AnyValue(dict[str, Any]):
    """The values of an expression whose values are looked up later."""

    def __missing__(self, name: str) -> dict[str, Any]:
        return {}


class _FormParser(ConditionExpressionParser):
    """Parser that ends with the tree of nodes, before it becomes what can be evaluated."""

    node: ConditionExpressionParser.Node

    def _make_op_condition(self, node: ConditionExpressionParser.Node) -> Op | Func:
        self.node = node
        return OpDefault(None, None)


@lru_cache(MAX_KEPT)
def _kept(text: str, names: Names) -> _FormParser:
    form = _FormParser(text, dict(names), _AnyValue())
    _parse(form)
    return form


def parse(parser: ConditionExpressionParser) -> Op | Func:
    """Stand in for `ConditionExpressionParser.parse`, with the same errors."""
    if not parser.condition_expression:
        return _parse(parser)
    try:
        form = _kept(parser.condition_expression, tuple((parser.expression_attribute_names or {}).items()))
    except Exception:  # whatever it is that is wrong, moto says it itself
        return _parse(parser)
    parser.expr_attr_names_found.extend(form.expr_attr_names_found)
    parser.expr_attr_values_found.extend(form.expr_attr_values_found)
    return parser._make_op_condition(form.node)


def make_operand(original: Any, parser: ConditionExpressionParser, node: Any) -> Operand:
    """Wrap `ConditionExpressionParser._make_operand`: a kept node has no value but its placeholder."""
    if node.kind == parser.Kind.EXPRESSION_ATTRIBUTE_VALUE:
        return AttributeValue(parser._lookup_expression_attribute_value(node.text))
    return original(parser, node)
