"""Imports of `infra` among the functions: which of their files decide what the templates say.

The lab does not import infra, so they are read from the text. What a type checker alone imports is left out.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

_FUNCTIONS = "functions"


def imported_functions(repository: Path) -> frozenset[Path]:
    """The files below `functions/` that infra imports, and what these import there in turn.

    A file that cannot be read as Python imports nothing: whoever runs it says what is wrong with it.
    """
    found: set[Path] = set()
    waiting = [path for path in (repository / "infra").rglob("*.py") if "node_modules" not in path.parts]
    while waiting:
        for name in _imports(waiting.pop()):
            new = set(_files_of(repository, name)) - found
            found |= new
            waiting.extend(new)
    return frozenset(found)


def _imports(path: Path) -> Iterator[str]:
    """Dotted names, of which the last part may be a module or something in one."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _files_of(repository: Path, name: str) -> Iterator[Path]:
    """The module and the packages around it, whose `__init__` is run as well."""
    parts = name.split(".")
    if parts[0] != _FUNCTIONS:
        return
    for length in range(1, len(parts) + 1):
        module = repository.joinpath(*parts[:length])
        for file in (module / "__init__.py", module.with_suffix(".py")):
            if file.is_file():
                yield file
