"""Update expressions, parsed once: an application has a dozen, and sends each of them thousands of times.

moto parses the text twice an UpdateItem, and copies the tree to write the item's values into it, which
cost half of a call.
"""

import pickle
from copy import deepcopy
from functools import lru_cache

from moto.dynamodb.parsing.ast_nodes import Node, UpdateExpression
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

_PICKLED = "_pickled"
MAX_KEPT = 1000  # texts; one that holds its values instead of placeholders is another each time

_parse = UpdateExpressionParser.make.__func__


@lru_cache(MAX_KEPT)
def _kept(text: str) -> UpdateExpression:
    tree = _parse(UpdateExpressionParser, text)
    setattr(tree, _PICKLED, pickle.dumps(tree))
    return tree


def make(_parser: type[UpdateExpressionParser], text: str) -> UpdateExpression:
    """Stand in for `UpdateExpressionParser.make`. Who changes the tree takes a copy, as moto's validator."""
    return _kept(text)


def copied(tree: Node) -> Node:
    """Stand in for the `deepcopy` of moto's validator."""
    pickled = getattr(tree, _PICKLED, None)
    return pickle.loads(pickled) if pickled else deepcopy(tree)
