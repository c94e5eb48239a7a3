"""Declarations of the settings: what is said of each is true, and the list of them is what the docs show."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings
from infra.settings.app_settings import PIPELINES
from infra.settings.base import Computed, Declaration, declarations

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
SETTINGS = INFRA / "settings"
DECLARED = declarations(Settings)

each_setting = pytest.mark.parametrize("declaration", DECLARED.values(), ids=DECLARED)


def _sources(folder: Path) -> list[ast.Module]:
    paths = [path for path in sorted(folder.rglob("*.py")) if "node_modules" not in path.parts]
    return [
        ast.parse(path.read_text()) for path in paths if folder == SETTINGS or SETTINGS not in path.parents
    ]


def _nodes(folder: Path, *types: type[ast.AST]) -> Iterator[Any]:
    return (node for tree in _sources(folder) for node in ast.walk(tree) if isinstance(node, types))


DECLARING = [
    node.args[0].value
    for node in _nodes(SETTINGS, ast.Call)
    if isinstance(node.func, ast.Name) and node.func.id == "setting"
]
DEFINED = {node.name for node in _nodes(INFRA, ast.ClassDef, ast.FunctionDef)}
NAMED = {node.value for node in _nodes(INFRA, ast.Constant)}
# By the code outside the settings, or by a property of theirs.
READ = {node.attr for node in _nodes(INFRA, ast.Attribute)} | {
    node.attr
    for node in _nodes(SETTINGS, ast.Attribute)
    if isinstance(node.value, ast.Name) and node.value.id == "self"
}


def _listing(form: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.settings", form], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ran.stdout


@each_setting
def test_a_key_is_its_field_in_camel_case_and_stands_in_one_place(declaration: Declaration) -> None:
    head, *tail = declaration.name.split("_")
    assert declaration.key == head + "".join(part.capitalize() for part in tail)
    assert DECLARING.count(declaration.key) == 1


@each_setting
def test_its_consumers_are_constructs_or_functions_of_the_app(declaration: Declaration) -> None:
    assert set(declaration.used_by.split(", ")) <= DEFINED | NAMED


@each_setting
def test_something_reads_it(declaration: Declaration) -> None:
    assert declaration.name in READ


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ({}, "default"),
        ({"envName": "lab"}, "lab"),
        ({"envName": "prod", "authMode": "apiKey"}, "production"),
        ({"envName": "staging", "authMode": "apiKey"}, "production"),
    ],
)
def test_its_defaults_are_those_in_force(values: dict[str, Any], form: str) -> None:
    settings = Settings.from_values(values)
    for declaration in DECLARED.values():
        default = getattr(declaration, form)
        if declaration.key not in values and not isinstance(default, Computed):
            assert getattr(settings, declaration.name) == default, declaration.key


def test_the_list_has_every_setting_once_with_all_that_is_said_of_it() -> None:
    listed = json.loads(_listing("--json"))
    assert sorted(each["key"] for each in listed) == sorted(each.key for each in DECLARED.values())
    for each in listed:
        assert list(each) == [
            *("key", "type", "choices", "default", "lab", "production", "range", "meaning", "used_by"),
            "pipeline",
        ]
        assert each["type"] in ("boolean", "integer", "text", "choice")
        assert each["pipeline"] in PIPELINES
        assert each["meaning"]
    visibility = next(each for each in listed if each["key"] == "queueVisibilitySeconds")
    assert visibility["default"] == "6 x workerTimeoutSeconds + maxBatchingWindowSeconds"


def test_the_document_shows_them_as_they_are() -> None:
    """`make docs` writes it."""
    document = (ROOT / "docs" / "deploy.md").read_text()
    written = document.split("<!-- settings: written by `make docs` -->")[1]
    assert written.split("<!-- end of settings -->")[0].strip() == _listing("--markdown").strip()


def test_a_document_without_markers_is_not_written(tmp_path: Path) -> None:
    document = tmp_path / "none.md"
    document.write_text("# Settings\n")
    command = [sys.executable, "-m", "infra.settings", "--write", str(document)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode != 0
    assert document.read_text() == "# Settings\n"


def test_listing_needs_no_cdk() -> None:
    """The CDK takes seconds to import, and `lab settings` is to answer at once."""
    code = "import sys, infra.settings; sys.exit('aws_cdk' in sys.modules or 'jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("envNam=lab", "error: unknown context key 'envNam': did you mean envName?"),
        ("batchSize=many", "error: batchSize must be a whole number, not 'many'"),
    ],
)
def test_checks_settings_in_the_words_of_a_synthesis(setting: str, complaint: str) -> None:
    answer = _check("envName=lab", setting)
    assert (answer.returncode, answer.stderr.strip(), answer.stdout) == (1, complaint, "")


def test_settings_that_are_right_pass_the_check() -> None:
    assert _check("envName=lab", "batchSize=5").returncode == 0


def _check(*settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.settings", "--check", *settings]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
