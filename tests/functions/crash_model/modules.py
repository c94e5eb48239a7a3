"""The functions' own modules, wherever their code has moved to."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest


def _attributes() -> Iterator[tuple[str, str, Any]]:
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("functions."):
            yield from ((module_name, name, value) for name, value in list(vars(module).items()))


def replace_everywhere(patch: pytest.MonkeyPatch, original: Any, replacement: Any) -> None:
    """Replace what a `from … import …` bound, in every module that bound it."""
    found = [(module, name) for module, name, value in _attributes() if value is original]
    assert found, f"no module of the functions uses {original!r}"
    for module, name in found:
        patch.setattr(sys.modules[module], name, replacement)


def cold_start() -> None:
    """Forget what an execution environment keeps: wiring, clients, and the states of their circuits."""
    for _, _, value in _attributes():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
