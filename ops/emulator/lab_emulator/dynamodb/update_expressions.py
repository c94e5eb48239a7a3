"""Update expressions, parsed once: an application has a dozen, and sends each of them thousands of times.

moto parses the text twice an UpdateItem, and copies the tree to write the item's values into it. Ten passes
go through the tree, and ask of each node, by abstract classes, whether it is theirs: half of a call. Three
of them depend on nothing but the text, the names and the table's keys.
"""

import pickle
from collections.abc import Callable, Collection
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from moto.dynamodb.parsing.ast_nodes import (
    DepthFirstTraverser,
    Expression,
    Node,
    UpdateExpression,
    UpdateExpressionFunction,
)
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import (
    ActionCountValidator,
    OverlappingPathsValidator,
    UpdateExpressionValidator,
    UpdateHashRangeKeyValidator,
)

_PICKLED, _TEXT = "_pickled", "_text"
MAX_KEPT = 1000  # texts; one that holds its values instead of placeholders is another each time

_parse = UpdateExpressionParser.make.__func__
# The passes that `_check_form` makes: the first ones of UpdateExpressionValidator.
_FORM_PASSES = 3


class _NoNode:
    """What stands in a tree besides nodes: texts, numbers and values."""


@lru_cache(MAX_KEPT)
def _kept(text: str) -> UpdateExpression:
    tree = _parse(UpdateExpressionParser, text)
    setattr(tree, _TEXT, text)
    setattr(tree, _PICKLED, pickle.dumps(tree))
    return tree


def make(_parser: type[UpdateExpressionParser], text: str) -> UpdateExpression:
    """Stand in for `UpdateExpressionParser.make`. Who changes the tree takes a copy, as moto's validator."""
    return _kept(text)


def copied(tree: Node) -> Node:
    """Stand in for the `deepcopy` of moto's validator."""
    pickled = getattr(tree, _PICKLED, None)
    return pickle.loads(pickled) if pickled else deepcopy(tree)


def validate(validator: UpdateExpressionValidator) -> Node:
    """Stand in for `Validator.validate`: make the passes that depend on values, and the others once."""
    tree, passes = validator.node_to_validate, validator.processors
    if text := getattr(tree, _TEXT, None):
        names = validator.expression_attribute_names
        kept_names = None if names is None else tuple(names.items())
        _check_form(text, kept_names, tuple(validator.table.table_key_attrs))
        passes = passes[_FORM_PASSES:]
    for each in passes:
        tree = each.traverse(tree)
    return tree


@lru_cache(MAX_KEPT)
def _check_form(text: str, names: tuple[tuple[str, str], ...] | None, keys: tuple[str, ...]) -> None:
    """Raise what moto's first passes raise; they change nothing in the tree."""
    by_placeholder = None if names is None else dict(names)
    for check in (
        ActionCountValidator(),
        OverlappingPathsValidator(by_placeholder),
        UpdateHashRangeKeyValidator(list(keys), by_placeholder or {}),
    ):
        check.traverse(_kept(text))


def traverse(traverser: DepthFirstTraverser, root: Node) -> Node:
    """Stand in for `DepthFirstTraverser.traverse`, which finds out anew what a node of each class is."""
    processors = traverser._processing_map()
    kinds = tuple(processors)
    before_child = traverser.pre_processing_of_child

    def visit(node: Any, position: int) -> Any:
        chosen = _chosen(type(node), kinds)
        if chosen is _NoNode:
            return node
        parent = node.parent
        for index, child in enumerate(node.children or ()):
            before_child(node, index)
            visit(child, index)
        if chosen is not None:
            node = processors[chosen](node)
            node.parent = parent
            if parent:
                parent.children[position] = node
        return node

    return visit(root, -1)


@cache
def _chosen(kind: type, kinds: tuple[type, ...]) -> type | None:
    """The first of `kinds` that a node of class `kind` belongs to; None where it belongs to none."""
    if not issubclass(kind, Node):
        return _NoNode
    return next((each for each in kinds if issubclass(kind, each)), None)


@cache
def _is_searched(kind: type) -> bool:
    return issubclass(kind, Expression | UpdateExpressionFunction)


def find_clauses(node: Node, kinds: Collection[Callable[..., Node]]) -> list[Node]:
    """Stand in for `Node.find_clauses`."""
    found: list[Node] = []
    for child in node.children or ():
        kind = type(child)
        if kind in kinds:
            found.append(child)
        elif _is_searched(kind):
            found.extend(find_clauses(child, kinds))
    return found
