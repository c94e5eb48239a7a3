"""One noun a file: none too long to read, few too short to be one, and every package says what it is."""

import ast
from pathlib import Path

import pytest

from tests.structure.product import lines, modules, packages, tree

LONGEST = 350
SHORT = 30
SHORT_FILES_AT_MOST = 32  # one in twenty


def test_no_file_is_too_long() -> None:
    assert {str(each): lines(each) for each in modules() if lines(each) > LONGEST} == {}


def test_few_files_are_too_short_for_a_noun() -> None:
    nouns = [each for each in modules() if each.name != "__init__.py"]
    short = {str(each): lines(each) for each in nouns if lines(each) < SHORT}

    assert len(short) <= SHORT_FILES_AT_MOST, short


@pytest.mark.parametrize("package", packages(), ids=lambda package: str(package.parent))
def test_every_package_says_what_it_is(package: Path) -> None:
    docstring = ast.get_docstring(tree(package)) or ""

    assert len(docstring.split()) >= 5, f"{package}: say in a sentence what the package is, and what it knows"
