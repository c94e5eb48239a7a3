"""Deferred modules: executed when they are used, and not for the import of a submodule."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lab_emulator.deferred_modules import DeferredMapping, DeferredModule, defer

PACKAGE = "deferred_for_a_test"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """`heavy`, which counts how often it is executed, with a submodule, and `light`, which imports a name."""
    folder = tmp_path / PACKAGE
    (folder / "heavy").mkdir(parents=True)
    (folder / "__init__.py").write_text("executed = []\n")
    (folder / "heavy" / "__init__.py").write_text(
        f"from {PACKAGE} import executed\nexecuted.append(__name__)\nfrom .models import stock\nANSWER = 42\n"
    )
    (folder / "heavy" / "models.py").write_text("stock = {'a': 1}\n")
    (folder / "heavy" / "utils.py").write_text("STATUS = 'FAILED'\n")
    (folder / "light.py").write_text(f"from {PACKAGE}.heavy import stock\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


def imported(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}" if name else PACKAGE)


def executed() -> list[str]:
    return list(imported("").executed)


def test_a_submodule_is_imported_without_its_package() -> None:
    defer(f"{PACKAGE}.heavy")
    assert imported("heavy.utils").STATUS == "FAILED"
    assert executed() == []


def test_an_attribute_has_it_executed_once() -> None:
    defer(f"{PACKAGE}.heavy")
    heavy = imported("heavy")
    assert (heavy.ANSWER, heavy.stock) == (42, {"a": 1})
    assert executed() == [f"{PACKAGE}.heavy"]
    assert type(heavy) is ModuleType
    assert imported("").heavy is heavy


def test_a_name_that_is_given_is_there_before() -> None:
    defer(f"{PACKAGE}.heavy", stock=DeferredMapping(lambda: imported("heavy.models").stock))
    stock = imported("light").stock
    assert executed() == []
    assert (stock["a"], list(stock), len(stock), "a" in stock) == (1, ["a"], 1, True)
    assert stock.copy() == {"a": 1}  # a method of that very mapping
    assert imported("heavy").ANSWER == 42
    assert imported("heavy").stock == {"a": 1}
    assert type(imported("heavy").stock) is dict


def test_a_name_that_it_has_not_is_an_error_as_ever() -> None:
    defer(f"{PACKAGE}.heavy")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = imported("heavy").nothing
    assert not hasattr(imported("heavy"), "__wrapped__")


def test_one_that_asks_for_itself_while_it_is_executed(package: Path) -> None:
    (package / "heavy" / "__init__.py").write_text("from . import models, circle\nANSWER = 42\n")
    (package / "heavy" / "circle.py").write_text(
        f"import {PACKAGE}.heavy\nEARLY = hasattr({PACKAGE}.heavy, 'ANSWER')\n"
    )
    defer(f"{PACKAGE}.heavy")
    assert imported("heavy").ANSWER == 42
    assert imported("heavy.circle").EARLY is False


def test_one_that_fails_fails_each_time(package: Path) -> None:
    (package / "heavy" / "__init__.py").write_text("import no_such_module_at_all\n")
    defer(f"{PACKAGE}.heavy")
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all"):
            _ = imported("heavy").ANSWER


def test_one_that_is_imported_already_stays_as_it_is() -> None:
    heavy = imported("heavy")
    defer(f"{PACKAGE}.heavy")
    assert imported("heavy") is heavy
    assert not isinstance(heavy, DeferredModule)
