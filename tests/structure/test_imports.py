"""Imports point one way, and in no circle. The rules, each with its name, stand in pyproject.toml."""

from graphlib import CycleError, TopologicalSorter
from typing import Any

import grimp
import pytest
from importlinter import cli

from tests.structure.product import ROOT

PACKAGES = ("functions", "infra", "ops", "scenarios", "lab_emulator")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def test_every_rule_of_pyproject_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    broken = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert broken == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_imports_go_in_a_circle(graph: grimp.ImportGraph) -> None:
    order = TopologicalSorter({each: graph.find_modules_directly_imported_by(each) for each in graph.modules})

    assert _circle(order) == []


def test_a_circle_is_found() -> None:
    assert _circle(TopologicalSorter({"a": {"b"}, "b": {"a"}}))


def _circle(order: TopologicalSorter[str]) -> list[Any]:
    try:
        order.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
