"""The product's modules: everything but tests, as files and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("functions", "infra", "ops", "scenarios")
# What other programs wrote: installed packages, the CDK's copies of the app, the lab's own working folders.
_FOREIGN = frozenset({"node_modules", "cdk.out", ".venv", ".lab", "__pycache__", "build"})


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the product, relative to the repository; no test and no conftest."""
    return tuple(sorted(path.relative_to(ROOT) for room in ROOMS for path in _python_files(ROOT / room)))


def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def lines(module: Path) -> int:
    return len((ROOT / module).read_text(encoding="utf-8").splitlines())


def packages() -> tuple[Path, ...]:
    """The `__init__.py` of every package of the product."""
    return tuple(each for each in modules() if each.name == "__init__.py")


def _python_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.py"):
        is_test = path.name.startswith("test_") or path.name == "conftest.py"
        if not is_test and not _FOREIGN.intersection(path.relative_to(ROOT).parts):
            yield path
