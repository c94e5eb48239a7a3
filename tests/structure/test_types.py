"""What mypy skips is nothing that the app's types come from."""

import ast
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.structure.product import ROOT, modules, tree


def _cdk_folder() -> Path:
    spec = find_spec("aws_cdk")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _imported(file: ast.Module) -> Iterator[str]:
    """Modules of the CDK that a file imports, whichever way."""
    for node in ast.walk(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("aws_cdk"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aws_cdk"):
            yield str(node.module)
            folder = _cdk_folder().joinpath(*str(node.module).split(".")[1:])
            yield from (
                f"{node.module}.{alias.name}" for alias in node.names if (folder / alias.name).is_dir()
            )


def test_mypy_reads_every_module_of_the_cdk_that_is_imported() -> None:
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    read = {name for each in overrides if each.get("follow_imports") == "normal" for name in each["module"]}
    tests = [ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("*.py")]
    imported = {name for each in (*map(tree, modules()), *tests) for name in _imported(each)}
    assert "aws_cdk.aws_sqs" in imported
    assert imported <= read, "name it in pyproject.toml, with the modules that its classes derive from"
