"""One name for one thing: no two classes of the product share one."""

import ast
from collections import defaultdict

from tests.structure.product import modules, tree

# Classes that may share a name, each with its reason.
SHARED_NAMES: dict[str, str] = {}


def test_no_two_classes_share_a_name() -> None:
    defined = defaultdict(list)
    for module in modules():
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ClassDef):
                defined[node.name].append(str(module))
    shared = {name: places for name, places in defined.items() if len(places) > 1}

    assert {name: places for name, places in shared.items() if name not in SHARED_NAMES} == {}
    assert sorted(SHARED_NAMES.keys() - shared.keys()) == [], "exceptions that are no longer needed"
