"""The functions' own modules, wherever their code has moved to."""

import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest


def replace_everywhere(patch: pytest.MonkeyPatch, original: Any, replacement: Any) -> None:
    """Replace what a `from … import …` bound, in every module that bound it."""
    found = [(module, name) for module, name, value in _attributes(_modules()) if value is original]
    assert found, f"no module of the functions uses {original!r}"
    for module, name in found:
        patch.setattr(sys.modules[module], name, replacement)


def cold_start() -> None:
    """Forget what an execution environment keeps: wiring, clients, and the states of their circuits."""
    for function in _cached_functions(_modules()):
        function.cache_clear()


def _modules() -> tuple[str, ...]:
    return tuple(name for name in list(sys.modules) if name.startswith("functions."))


@lru_cache(maxsize=1)
def _cached_functions(modules: tuple[str, ...]) -> list[Any]:
    """Each of them once. They are defined with their module: only a further module brings others."""
    cached = (value for _, _, value in _attributes(modules) if hasattr(value, "cache_clear"))
    return list({id(function): function for function in cached}.values())


def _attributes(modules: tuple[str, ...]) -> Iterator[tuple[str, str, Any]]:
    for module in modules:
        yield from ((module, name, value) for name, value in list(vars(sys.modules[module]).items()))
