"""Imports point one way, and in no circle. The rules, each with its name, stand in pyproject.toml."""

import os
import subprocess
import sys
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


def test_every_rule_of_pyproject_is_kept() -> None:
    """In a process of its own: import-linter switches off the loggers that other tests read."""
    command = "import sys; from importlinter import cli; sys.exit(cli.lint_imports(no_cache=True))"
    path = os.pathsep.join([str(ROOT), str(ROOT / "ops" / "emulator")])
    ran = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )

    assert ran.returncode == cli.EXIT_STATUS_SUCCESS, ran.stdout + ran.stderr


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
